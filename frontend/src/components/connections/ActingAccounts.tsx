import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button, buttonStyles } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { Loaded } from '@/components/ui/Loaded';
import { Notice } from '@/components/ui/Notice';
import { PanelSkeleton } from '@/components/ui/Panel';
import { useUser } from '@/contexts/AuthContext';
import { useConnectionActions } from '@/hooks/useConnectionActions';
import { useActingConnections, useDisconnect } from '@/hooks/useConnections';
import { useConnectors } from '@/hooks/useConnectors';
import type { Connection, Connector } from '@/services/types';
import { needOf } from '@/utils/connectionState';
import { connectPath } from '@/utils/paths';
import { ConnectorIcon } from './ConnectorIcon';
import { RenewDialog } from './RenewDialog';
import { StatusChip } from './StatusChip';
import { useStatusText } from './useStatusText';

/** The accounts from which approved actions leave, and those that can be connected for it. Nothing of them is read. */
export function ActingAccounts() {
  const { t } = useTranslation();
  const connections = useActingConnections();
  const connectors = useConnectors('actions');
  const offered = connectors.data ?? [];
  const here = useRef<HTMLDivElement>(null);
  const asked = useLocation().hash === '#acting' && connectors.data !== undefined;
  useEffect(() => {
    if (asked) here.current?.closest('section')?.scrollIntoView();
  }, [asked]);
  return (
    <div ref={here} className="space-y-3">
      <Loaded
        query={connections}
        errorTitle={t('connections.acting.errorTitle')}
        skeleton={<PanelSkeleton label={t('common.loading')} />}
        live
      >
        {(items) =>
          items.length > 0 && (
            <ul className="space-y-3">
              {items.map((connection) => (
                <Account
                  key={connection.id}
                  connection={connection}
                  connector={offered.find(({ type }) => type === connection.type)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Loaded
        query={connectors}
        errorTitle={t('connections.catalogueErrorTitle')}
        skeleton={<PanelSkeleton label={t('common.loading')} />}
      >
        {(items) =>
          items.length === 0 ? (
            <p className="text-base text-ink-3">{t('connections.acting.none')}</p>
          ) : (
            <ul className="grid items-start gap-3 lg:grid-cols-2">
              {items.map((connector) => (
                <Offer key={connector.type} connector={connector} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}

interface AccountProps {
  connection: Connection;
  connector: Connector | undefined;
}

function Account({ connection, connector }: AccountProps) {
  const { t } = useTranslation();
  const textOf = useStatusText();
  const disconnect = useDisconnect();
  const { resume } = useConnectionActions(connection.id);
  const [open, setOpen] = useState<'allow' | 'disconnect' | null>(null);
  const close = () => setOpen(null);
  const { name, account, status } = connection;
  const source = connector?.name ?? connection.type;
  const need = needOf(connection);
  const mend = need === 'allow' || need === 'resume' ? need : null;
  return (
    <li className="rounded-2xl border bg-surface p-4 shadow-sm sm:p-5">
      <div className="flex flex-wrap items-start gap-x-3.5 gap-y-3">
        <ConnectorIcon name={connector?.icon} />
        <div className="min-w-0 flex-1 basis-40">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="min-w-0 break-words font-semibold text-md">{name}</h3>
            {status === 'ready' ? (
              <Chip size="md" tone="ok">
                {t('connections.acting.ready')}
              </Chip>
            ) : (
              <StatusChip connection={connection} />
            )}
          </div>
          <p className="mt-0.5 break-words text-base text-ink-2">
            {[source, account && (account.address ?? account.name)].filter(Boolean).join(' · ')}
          </p>
        </div>
        <Button
          size="sm"
          className="max-md:h-10"
          aria-label={t('connections.mendNamed', { action: t('connections.disconnect'), name })}
          onClick={() => setOpen('disconnect')}
        >
          {t('connections.disconnect')}
        </Button>
      </div>
      {status !== 'ready' && (
        <Notice tone={mend === 'allow' ? 'warn' : 'plain'} role="status" className="mt-4">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
            <p className="min-w-0 flex-1 basis-64 text-pretty break-words">{textOf(connection, source)}</p>
            {mend && (
              <Button
                size="sm"
                variant="primary"
                className="max-md:h-10"
                busy={resume.isPending}
                aria-label={t('connections.mendNamed', { action: t(`connections.mend.${mend}`), name })}
                onClick={() => (mend === 'resume' ? resume.mutate() : setOpen('allow'))}
              >
                {t(`connections.mend.${mend}`)}
              </Button>
            )}
          </div>
        </Notice>
      )}
      {open === 'allow' && <RenewDialog connection={connection} connector={connector} onClose={close} />}
      {open === 'disconnect' && (
        <ConfirmAction
          title={t('connections.disconnectTitle', { name })}
          description={t('connections.acting.disconnectText')}
          action={t('connections.disconnect')}
          run={async () => {
            await disconnect.mutateAsync(connection.id);
            toast.success(t('connections.disconnected', { name }));
          }}
          onClose={close}
        />
      )}
    </li>
  );
}

function Offer({
  connector: { type, name, icon, description, configured, modes },
}: {
  connector: Connector;
}) {
  const { t } = useTranslation();
  const { role } = useUser();
  const refusal = !configured
    ? t('connections.notSetUp')
    : role !== 'admin' && !modes.includes('personal')
      ? t('connections.administratorsOnly')
      : null;
  return (
    <li className="rounded-2xl border bg-surface p-4 shadow-sm sm:p-5">
      <div className="flex items-start gap-3.5">
        <ConnectorIcon name={icon} />
        <div className="min-w-0 flex-1">
          <h3 className="break-words font-semibold text-md">{name}</h3>
          <p className="mt-0.5 text-pretty text-base text-ink-2">{description}</p>
        </div>
        {!refusal && (
          <Link
            to={connectPath(type, 'actions')}
            aria-label={t('connections.acting.connectNamed', { name })}
            className={buttonStyles({ variant: 'secondary', size: 'sm', className: 'max-md:h-10' })}
          >
            {t('connections.connect')}
          </Link>
        )}
      </div>
      {refusal && (
        <p className="mt-3 text-pretty rounded-lg bg-hover px-3 py-2 text-ink-2 text-sm">{refusal}</p>
      )}
    </li>
  );
}
