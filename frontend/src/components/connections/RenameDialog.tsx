import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { FormField } from '@/components/FormField';
import { useChangeConnection } from '@/hooks/useConnections';
import { useErrorText } from '@/hooks/useErrorText';
import type { Connection } from '@/services/types';

const MAX_NAME_CHARS = 100;

export function RenameDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const [name, setName] = useState(connection.name);
  const [empty, setEmpty] = useState(false);
  const change = useChangeConnection(connection.id);
  function submit() {
    if (!name.trim()) return setEmpty(true);
    change.mutateAsync({ name: name.trim() }).then(
      () => {
        toast.success(t('connections.renamed'));
        onClose();
      },
      () => undefined, // shown in the form
    );
  }
  return (
    <FormDialog
      title={t('connections.renameTitle')}
      action={t('connections.save')}
      busy={change.isPending}
      failure={change.isError ? textOf(change.error) : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <FormField
        label={t('connections.name')}
        error={empty ? t('validation.nameMissing') : undefined}
        maxLength={MAX_NAME_CHARS}
        autoComplete="off"
        value={name}
        onChange={(event) => {
          setEmpty(false);
          setName(event.target.value);
        }}
      />
    </FormDialog>
  );
}
