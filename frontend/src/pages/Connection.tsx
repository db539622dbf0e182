import { ArrowLeft, Unplug } from 'lucide-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useParams } from 'react-router';
import { ConnectionActions } from '@/components/connections/ConnectionActions';
import { ConnectionNotice } from '@/components/connections/ConnectionNotice';
import { ConnectorIcon } from '@/components/connections/ConnectorIcon';
import { ConsentOutcome } from '@/components/connections/ConsentOutcome';
import { FirstSteps } from '@/components/connections/FirstSteps';
import { StatusChip } from '@/components/connections/StatusChip';
import { CONNECTION_TABS } from '@/components/connections/tabs';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { Tabs } from '@/components/ui/Tabs';
import { useConnection } from '@/hooks/useConnection';
import { useConnector } from '@/hooks/useConnectors';
import { usePageTitle } from '@/hooks/usePageTitle';
import { useSourceName } from '@/hooks/useSourceName';
import { isGone } from '@/services/problem';
import type { Connection } from '@/services/types';
import { isHeld } from '@/utils/connectionState';
import { connectionPath } from '@/utils/paths';
import NotFound from './NotFound';

/** One connection, a part of it at a time, at `/connections/:connectionId/:tab`. */
export default function ConnectionPage() {
  const { t } = useTranslation();
  const { search } = useLocation();
  const { connectionId = '', tab } = useParams();
  const connection = useConnection(connectionId);
  const gone = isGone(connection.error);
  const found = gone ? undefined : connection.data;
  usePageTitle(found?.name ?? t('connections.connection'));
  if (tab === undefined) {
    return <Navigate to={connectionPath(connectionId, CONNECTION_TABS[0].id) + search} replace />;
  }
  if (!CONNECTION_TABS.some(({ id }) => id === tab)) return <NotFound />;
  return (
    <div className="mx-auto w-full max-w-6xl px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <Link
        to="/connections"
        className="-ml-1 inline-flex min-h-8 items-center gap-1.5 rounded-md px-1 text-ink-2 text-sm hover:text-ink max-md:min-h-10"
      >
        <ArrowLeft className="size-4" aria-hidden />
        {t('connections.title')}
      </Link>
      {!found && <h1 className="mt-2 mb-6 font-semibold text-xl">{t('connections.connection')}</h1>}
      {gone ? (
        <Gone />
      ) : (
        <Loaded
          query={connection}
          errorTitle={t('connections.oneErrorTitle')}
          layout={found ? 'inline' : 'page'}
          skeleton={<RowsSkeleton />}
          live
        >
          {(shown) => <Parts key={shown.id} connection={shown} open={tab} />}
        </Loaded>
      )}
    </div>
  );
}

function Gone() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={Unplug} title={t('connections.goneTitle')} text={t('connections.goneText')}>
      <Link to="/connections" className={buttonStyles()}>
        {t('connections.toAll')}
      </Link>
    </EmptyState>
  );
}

function Parts({ connection, open }: { connection: Connection; open: string }) {
  const source = useSourceName()(connection.type);
  const connector = useConnector(connection.type);
  const { account } = connection;
  return (
    <>
      <header className="mt-2 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 items-start gap-3.5">
          <ConnectorIcon name={connector?.icon} />
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="min-w-0 break-words font-semibold text-xl">{connection.name}</h1>
              <StatusChip connection={connection} />
            </div>
            <p className="mt-0.5 break-words text-base text-ink-3">
              {[source, account && (account.address ?? account.name)].filter(Boolean).join(' · ')}
            </p>
          </div>
        </div>
        <ConnectionActions connection={connection} />
      </header>
      <ConsentOutcome atConnection className="mt-5" />
      {isHeld(connection) && connector ? (
        <FirstSteps connection={connection} connector={connector} />
      ) : (
        <Tabbed connection={connection} open={open} />
      )}
    </>
  );
}

function Tabbed({ connection, open }: { connection: Connection; open: string }) {
  const { t } = useTranslation();
  const tab = CONNECTION_TABS.find(({ id }) => id === open);
  return (
    <>
      <ConnectionNotice connection={connection} className="mt-5" />
      <div className="mt-5">
        <Tabs
          layout="row"
          label={connection.name}
          groups={[
            {
              tabs: CONNECTION_TABS.map(({ id, icon }) => ({
                to: connectionPath(connection.id, id),
                label: t(`tabs.connections.${id}`),
                icon,
              })),
            },
          ]}
        />
      </div>
      {tab && (
        <div key={tab.id} className="@container mt-6 animate-rise">
          <Suspense fallback={<RowsSkeleton />}>
            <tab.page connection={connection} />
          </Suspense>
        </div>
      )}
    </>
  );
}
