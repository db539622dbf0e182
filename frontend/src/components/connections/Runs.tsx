import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/ui/EmptyState';
import { ListPage } from '@/components/ui/ListPage';
import { useConnectionRuns } from '@/hooks/useConnectionHistory';
import type { Connection } from '@/services/types';
import { useRunColumns } from './useRunColumns';

/** The synchronisations of a connection, newest first. */
export default function Runs({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const list = useConnectionRuns(connection.id);
  const columns = useRunColumns();
  return (
    <ListPage
      layout="tab"
      title={t('tabs.connections.runs')}
      text={t('connections.runs.text')}
      list={list}
      items={list.data?.pages.flatMap((page) => page.items) ?? []}
      errorTitle={t('connections.runs.errorTitle')}
      empty={
        <EmptyState
          icon={History}
          title={t('connections.runs.emptyTitle')}
          text={t('connections.runs.emptyText')}
        />
      }
      label={t('tabs.connections.runs')}
      columns={columns}
      rowKey={(run) => run.id}
    />
  );
}
