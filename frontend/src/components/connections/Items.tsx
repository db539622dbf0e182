import { ListChecks, ListRestart, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListPage } from '@/components/ui/ListPage';
import { useConnectionActions } from '@/hooks/useConnectionActions';
import { useConnectionItems } from '@/hooks/useConnectionHistory';
import { type Connection, ITEM_STATUSES, type ItemStatus } from '@/services/types';
import { hasBegun } from '@/utils/connectionState';
import { useItemColumns } from './useItemColumns';

/** Every item of the source and what became of it. */
export default function Items({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const status = ITEM_STATUSES.find((one) => one === params.get('status'));
  const filter = (next: ItemStatus | undefined) => setParams(next ? { status: next } : {}, { replace: true });
  const list = useConnectionItems(connection.id, status);
  const { retry } = useConnectionActions(connection.id);
  const { skipped = 0, failed = 0 } = connection.items;
  const reads = connection.status !== 'paused' && hasBegun(connection);
  const columns = useItemColumns({
    retry: reads ? ({ id }) => retry.mutate({ external_ids: [id] }) : undefined,
    retrying: retry.isPending ? retry.variables?.external_ids?.[0] : undefined,
  });
  const withSkipped = status === 'skipped';
  const mayRetry = reads && (withSkipped ? skipped : failed) > 0;
  return (
    <ListPage
      layout="tab"
      title={t('tabs.connections.items')}
      text={t('connections.items.text')}
      action={
        mayRetry && (
          <Button
            className="max-md:h-10"
            busy={retry.isPending && !retry.variables?.external_ids}
            onClick={() => retry.mutate({ skipped: withSkipped })}
          >
            <ListRestart aria-hidden />
            {t(withSkipped ? 'connections.retryItems' : 'connections.retryFailedItems')}
          </Button>
        )
      }
      filters={
        <FilterBar className="mt-4" any={status !== undefined} onClear={() => filter(undefined)}>
          <FilterMenu
            label={t('connections.items.status')}
            value={status}
            onChange={filter}
            options={ITEM_STATUSES.map((value) => ({
              value,
              label: t('connections.items.filter', {
                status: t(`connections.itemStatus.${value}`),
                count: connection.items[value] ?? 0,
              }),
            }))}
          />
        </FilterBar>
      }
      list={list}
      items={list.data?.pages.flatMap((page) => page.items) ?? []}
      errorTitle={t('connections.items.errorTitle')}
      empty={
        status ? (
          <EmptyState
            icon={SearchX}
            title={t('connections.items.noMatchTitle')}
            text={t('connections.items.noMatchText')}
          >
            <Button onClick={() => filter(undefined)}>{t('common.clearAll')}</Button>
          </EmptyState>
        ) : (
          <EmptyState
            icon={ListChecks}
            title={t('connections.items.emptyTitle')}
            text={t('connections.items.emptyText')}
          />
        )
      }
      label={t('tabs.connections.items')}
      columns={columns}
      rowKey={(item) => item.id}
    />
  );
}
