import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { useChangeConnection } from '@/hooks/useConnections';
import { useConnectorForm } from '@/hooks/useConnectorForm';
import type { Connection, Connector } from '@/services/types';
import { sentOptions } from '@/utils/optionFields';
import { OptionFields } from './OptionFields';

interface OptionsDialogProps {
  connection: Connection;
  connector: Connector | undefined;
  onClose: () => void;
}

/** Changes what is read of a source. */
export function OptionsDialog({ connection, connector, onClose }: OptionsDialogProps) {
  const { t } = useTranslation();
  const form = useConnectorForm(connector?.options ?? {}, connection.options);
  const change = useChangeConnection(connection.id);
  const fields = form.fields.filter(({ onlyWith }) => !onlyWith || onlyWith === connection.credential);
  const submit = () => {
    form.setFailure(null);
    change.mutateAsync({ options: sentOptions(fields, form.values) }).then(
      () => {
        toast.success(t('connections.optionsSaved'));
        onClose();
      },
      (error: unknown) => form.setFailure(error),
    );
  };
  return (
    <FormDialog
      wide
      title={t('connections.optionsTitle')}
      description={t('connections.optionsText')}
      action={t('connections.save')}
      busy={change.isPending}
      failure={form.failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <OptionFields
        fields={fields}
        values={form.values}
        onChange={form.change}
        errorOf={form.errorOf}
        connectionId={connection.id}
      />
    </FormDialog>
  );
}
