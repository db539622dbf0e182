import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useConnection } from '@/hooks/useConnection';
import { useConnector } from '@/hooks/useConnectors';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection } from '@/services/types';
import { connectionPath } from '@/utils/paths';
import { ConnectionFacts } from './ConnectionFacts';
import { ConnectionNotice } from './ConnectionNotice';
import { ConnectorIcon } from './ConnectorIcon';
import { StatusChip } from './StatusChip';

/** A connection in the list: what it is, how it stands, and what mends it. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  useConnection(connection.id, connection);
  const source = useSourceName()(connection.type);
  const connector = useConnector(connection.type);
  const { account, mode } = connection;
  return (
    <li className="rounded-2xl border bg-surface p-4 shadow-sm sm:p-5">
      <div className="flex items-start gap-3.5">
        <ConnectorIcon name={connector?.icon} />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
            <h3 className="min-w-0 font-semibold text-md">
              <Link to={connectionPath(connection.id)} className="break-words rounded hover:text-accent-text">
                {connection.name}
              </Link>
            </h3>
            <StatusChip connection={connection} />
          </div>
          <p className="mt-0.5 break-words text-base text-ink-2">
            {[source, account && (account.address ?? account.name), t(`connections.seenBy.${mode}`)]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <ConnectionFacts connection={connection} />
        </div>
      </div>
      <ConnectionNotice connection={connection} className="mt-4" />
    </li>
  );
}
