import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { useDisconnect } from '@/hooks/useConnections';
import type { Connection } from '@/services/types';

const GOES = ['documents', 'ledger', 'access'] as const;

interface DisconnectDialogProps {
  connection: Connection;
  source: string;
  onClose: () => void;
}

/** Says what is deleted and what stays, before an account is disconnected. */
export function DisconnectDialog({ connection, source, onClose }: DisconnectDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const disconnect = useDisconnect();
  const count = connection.documents + (connection.items.hidden ?? 0);
  return (
    <ConfirmAction
      title={t('connections.disconnectTitle', { name: connection.name })}
      description={t('connections.disconnectLead')}
      action={t('connections.disconnect')}
      run={async () => {
        await disconnect.mutateAsync(connection.id);
        toast.success(t('connections.disconnected', { name: connection.name }));
        navigate('/connections');
      }}
      onClose={onClose}
    >
      <ul className="list-disc space-y-1 pl-5 text-base text-ink-2 marker:text-ink-3">
        {GOES.map((what) => (
          <li key={what}>{t(`connections.disconnectGoes.${what}`, { count, source })}</li>
        ))}
      </ul>
      <p className="text-pretty text-base text-ink-2">{t('connections.disconnectStays', { source })}</p>
    </ConfirmAction>
  );
}
