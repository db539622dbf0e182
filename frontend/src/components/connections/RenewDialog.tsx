import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { FormDialog } from '@/components/FormDialog';
import { useRenewConnection } from '@/hooks/useConnections';
import { useConnectorForm } from '@/hooks/useConnectorForm';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection, Connector, CredentialKind } from '@/services/types';
import { CredentialFields } from './CredentialFields';
import { credentialsOf, missingOf, typedNothing } from './credentials';

interface RenewDialogProps {
  connection: Connection;
  connector: Connector | undefined;
  onClose: () => void;
}

const NO_KINDS: readonly CredentialKind[] = [];

/** Opens the same account to us once more. */
export function RenewDialog({ connection, connector, onClose }: RenewDialogProps) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const kinds = connector?.credentials ?? NO_KINDS;
  const [typed, setTyped] = useState(() => typedNothing(kinds));
  const [pressed, setPressed] = useState(false);
  const form = useConnectorForm({}, {});
  const renew = useRenewConnection(connection);
  const missing = missingOf(typed);
  const atProvider = typed.kind === 'oauth';

  function submit() {
    setPressed(true);
    form.setFailure(null);
    if (missing) return;
    renew.mutateAsync(credentialsOf(typed)).then(
      ({ authorize_url }) => {
        if (authorize_url) return;
        toast.success(t('connections.renewed', { name: connection.name }));
        onClose();
      },
      (error: unknown) => form.setFailure(error),
    );
  }

  const { account } = connection;
  return (
    <FormDialog
      wide
      title={t('connections.renewTitle', { name: connection.name })}
      description={
        account
          ? t('connections.renewText', { account: account.address ?? account.name, source })
          : t('connections.renewTextUnknown', { source })
      }
      action={atProvider ? t('connections.goOnAt', { source }) : t('connections.mend.allow')}
      busy={renew.isPending || (atProvider && renew.isSuccess)}
      failure={form.failure}
      onSubmit={submit}
      onClose={onClose}
    >
      <CredentialFields
        name={source}
        kinds={kinds}
        typed={typed}
        onChange={(next) => {
          setPressed(false);
          form.setFailure(null);
          setTyped(next);
        }}
        error={pressed && missing ? t(`connections.missing.${missing}`) : form.credentialsError}
      />
    </FormDialog>
  );
}
