import { ArrowLeft, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { ConnectorForm } from '@/components/connections/ConnectorForm';
import { ConnectorIcon } from '@/components/connections/ConnectorIcon';
import { buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useUser } from '@/contexts/AuthContext';
import { useConnectors } from '@/hooks/useConnectors';
import { usePageTitle } from '@/hooks/usePageTitle';
import type { Connector } from '@/services/types';
import NotFound from './NotFound';

/** Connects an account of one service, at `/connections/new/:type`; with `?purpose=actions` to act with it. */
export default function Connect() {
  const { t } = useTranslation();
  const { type } = useParams();
  const acting = useSearchParams()[0].get('purpose') === 'actions';
  const connectors = useConnectors(acting ? 'actions' : 'sync');
  const connector = connectors.data?.find((one) => one.type === type);
  const title = connector
    ? t(acting ? 'connections.acting.connectNamed' : 'connections.connectNamed', { name: connector.name })
    : t('connections.connect');
  usePageTitle(title);
  if (connectors.data && !connector) return <NotFound />;
  return (
    <div className="mx-auto w-full max-w-[46rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <Link
        to="/connections"
        className="-ml-1 inline-flex min-h-8 items-center gap-1.5 rounded-md px-1 text-ink-2 text-sm hover:text-ink max-md:min-h-10"
      >
        <ArrowLeft className="size-4" aria-hidden />
        {t('connections.title')}
      </Link>
      <div className="mt-2 mb-6 flex items-center gap-3.5">
        <ConnectorIcon name={connector?.icon} />
        <h1 className="min-w-0 break-words font-semibold text-xl">{title}</h1>
      </div>
      <Loaded
        query={connectors}
        errorTitle={t('connections.catalogueErrorTitle')}
        skeleton={<RowsSkeleton />}
        layout="page"
      >
        {() => connector && <Possible connector={connector} />}
      </Loaded>
    </div>
  );
}

/** The form, or why there is none. */
function Possible({ connector }: { connector: Connector }): ReactNode {
  const { t } = useTranslation();
  const { role } = useUser();
  const forThem = role === 'admin' || connector.modes.includes('personal');
  if (connector.configured && forThem) return <ConnectorForm key={connector.type} connector={connector} />;
  return (
    <EmptyState
      icon={Unplug}
      title={t('connections.impossibleTitle', { name: connector.name })}
      text={t(connector.configured ? 'connections.administratorsOnly' : 'connections.notSetUp')}
    >
      <Link to="/connections" className={buttonStyles()}>
        {t('connections.toAll')}
      </Link>
    </EmptyState>
  );
}
