import { LockKeyhole } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { KindIcon } from '@/components/KindIcon';
import { Chip } from '@/components/ui/Chip';
import { type Column, RowLink } from '@/components/ui/DataTable';
import { useOwnerName } from '@/hooks/useDocumentRights';
import { useServerText } from '@/hooks/useErrorText';
import { useSourceName } from '@/hooks/useSourceName';
import { type LibraryDocument, STATUSES } from '@/services/types';
import { formatAgo, formatBytes, formatDateTime } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { DocumentMenu } from './DocumentMenu';
import { StatusChip } from './StatusChip';

/** The library's columns. On phones the title's cell tells the rest in its second line. */
export function useDocumentColumns(
  onDetails: (item: LibraryDocument) => void,
): readonly Column<LibraryDocument>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'title',
      header: t('library.columnTitle'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      compare: (one, other) => one.title.localeCompare(other.title),
      cell: (item) => <Title item={item} />,
    },
    {
      id: 'status',
      header: t('library.columnStatus'),
      width: '7.5rem',
      narrow: 'none',
      compare: (one, other) => STATUSES.indexOf(one.status) - STATUSES.indexOf(other.status),
      cell: (item) => <StatusChip status={item.status} />,
    },
    {
      id: 'kind',
      header: t('library.columnKind'),
      width: '7rem',
      narrow: 'none',
      compare: (one, other) => t(`kind.${one.kind}`).localeCompare(t(`kind.${other.kind}`)),
      cell: (item) => (
        <span className="block truncate text-ink-2 text-sm">
          {item.version === 0 ? '' : t(`kind.${item.kind}`)}
        </span>
      ),
    },
    {
      id: 'size',
      header: t('library.columnSize'),
      width: '5rem',
      narrow: 'none',
      align: 'end',
      compare: (one, other) => one.size_bytes - other.size_bytes,
      cell: (item) => <span className="text-ink-2 text-sm">{formatBytes(item.size_bytes)}</span>,
    },
    {
      id: 'modified',
      header: t('library.columnModified'),
      width: '7.5rem',
      narrow: 'none',
      compare: (one, other) => Date.parse(one.modified_at) - Date.parse(other.modified_at),
      cell: (item) => (
        <time
          dateTime={item.modified_at}
          title={formatDateTime(item.modified_at)}
          className="block truncate text-ink-2 text-sm"
        >
          {formatAgo(item.modified_at)}
        </time>
      ),
    },
    {
      id: 'actions',
      header: t('common.more'),
      headerHidden: true,
      width: '2.5rem',
      narrow: 'end',
      cell: (item) => <DocumentMenu item={item} onDetails={() => onDetails(item)} />,
    },
  ];
}

function Title({ item }: { item: LibraryDocument }) {
  const { t } = useTranslation();
  const owner = useOwnerName()(item);
  const serverText = useServerText();
  const sourceName = useSourceName();
  const shared = owner && t('library.sharedBy', { name: owner });
  return (
    <div className="flex min-w-0 items-center gap-3">
      <KindIcon kind={item.kind} />
      <div className="min-w-0">
        <div className="flex min-w-0 items-center gap-2">
          <RowLink to={documentPath(item.id)} title={item.title}>
            {item.title}
          </RowLink>
          {item.demo && <Chip className="shrink-0">{t('library.demo')}</Chip>}
          {item.narrowed && (
            <span className="shrink-0" title={t('library.narrowedText', { source: sourceName(item.source) })}>
              <Chip icon={LockKeyhole}>{t('library.narrowed')}</Chip>
            </span>
          )}
        </div>
        {item.error ? (
          <p className="truncate text-danger text-xs" title={serverText(item.error.message)}>
            {serverText(item.error.message)}
          </p>
        ) : (
          <>
            {shared && <p className="truncate text-ink-3 text-xs @max-2xl:hidden">{shared}</p>}
            <p className="truncate text-ink-3 text-xs @2xl:hidden">
              {[shared, t(`status.${item.status}`), t(`kind.${item.kind}`), formatAgo(item.modified_at)]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </>
        )}
      </div>
    </div>
  );
}
