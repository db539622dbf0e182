import { Plug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/ui/EmptyState';
import { Loaded } from '@/components/ui/Loaded';
import { RowsSkeleton } from '@/components/ui/RowsSkeleton';
import { useConnections } from '@/hooks/useConnections';
import { needOf } from '@/utils/connectionState';
import { ConnectionCard } from './ConnectionCard';

/** What is connected; what waits for a person stands first. */
export function ConnectionList() {
  const { t } = useTranslation();
  const connections = useConnections();
  return (
    <Loaded query={connections} errorTitle={t('connections.errorTitle')} skeleton={<RowsSkeleton />} live>
      {(items) =>
        items.length === 0 ? (
          <div className="rounded-2xl border border-dashed [&>div]:py-8">
            <EmptyState icon={Plug} title={t('connections.emptyTitle')} text={t('connections.emptyText')} />
          </div>
        ) : (
          <ul className="space-y-3">
            {[...items]
              .sort((one, other) => Number(needOf(other) !== null) - Number(needOf(one) !== null))
              .map((connection) => (
                <ConnectionCard key={connection.id} connection={connection} />
              ))}
          </ul>
        )
      }
    </Loaded>
  );
}
