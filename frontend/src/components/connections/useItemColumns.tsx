import { ListRestart } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { type Column, RowLink } from '@/components/ui/DataTable';
import { useServerText } from '@/hooks/useErrorText';
import type { SourceItem } from '@/services/types';
import { documentPath } from '@/utils/paths';
import { ITEM_LOOKS } from './itemLooks';

interface Retrying {
  /** Reads one item once more; undefined where that cannot be. */
  retry: ((item: SourceItem) => void) | undefined;
  /** The row that is being asked for. */
  retrying: string | undefined;
}

/** The ledger's columns: what it is, what became of it and why, when, and what can be done about it. */
export function useItemColumns({ retry, retrying }: Retrying): readonly Column<SourceItem>[] {
  const { t } = useTranslation();
  const serverText = useServerText();
  return [
    {
      id: 'item',
      header: t('connections.items.item'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      cell: (item) => <Item item={item} />,
    },
    {
      id: 'status',
      header: t('connections.items.status'),
      width: '7rem',
      narrow: 'inline',
      cell: ({ status }) => (
        <Chip size="md" {...ITEM_LOOKS[status]}>
          {t(`connections.itemStatus.${status}`)}
        </Chip>
      ),
    },
    {
      id: 'reason',
      header: t('connections.items.reason'),
      width: 'minmax(0,1fr)',
      narrow: 'line',
      cell: ({ reason, status }) => {
        const text = reason ? serverText(reason.message) : reasonless(status);
        return (
          text && (
            <span className="line-clamp-2 text-pretty text-ink-2 text-sm" title={text}>
              {text}
            </span>
          )
        );
      },
    },
    {
      id: 'at',
      header: t('connections.items.at'),
      width: '8rem',
      narrow: 'end',
      cell: ({ at }) => (
        <span className="block truncate text-ink-3 text-sm">
          <Ago at={at} />
        </span>
      ),
    },
    {
      id: 'retry',
      header: t('connections.items.retry'),
      headerHidden: true,
      width: '3rem',
      narrow: 'end',
      align: 'end',
      cell: (item) =>
        retry &&
        (item.status === 'failed' || item.status === 'skipped') && (
          <Button
            size="icon"
            variant="ghost"
            busy={retrying === item.id}
            title={t('connections.items.retry')}
            aria-label={t('connections.items.retryNamed', { name: item.title ?? item.external_id })}
            onClick={() => retry(item)}
          >
            <ListRestart aria-hidden />
          </Button>
        ),
    },
  ];

  function reasonless(status: SourceItem['status']): string {
    if (status === 'hidden') return t('connections.items.hiddenText');
    return status === 'deleted' ? t('connections.items.deletedText') : '';
  }
}

function Item({ item: { title, document_id, external_id } }: { item: SourceItem }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0">
      {title !== null && document_id ? (
        <RowLink to={documentPath(document_id)} title={title}>
          {title}
        </RowLink>
      ) : (
        <span
          className={title === null ? 'block truncate text-ink-3 italic' : 'block truncate text-ink-2'}
          title={title ?? t('connections.items.untoldText')}
        >
          {title ?? t('connections.items.untold')}
        </span>
      )}
      <span className="block truncate font-mono text-2xs text-ink-3" title={external_id}>
        {external_id}
      </span>
    </div>
  );
}
