import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { LibraryDocument } from '@/services/types';
import { formatAgo, formatBytes, formatDateTime } from '@/utils/format';
import { documentPath } from '@/utils/paths';
import { DocumentMenu } from './DocumentMenu';
import { KindIcon } from './KindIcon';
import { StatusChip } from './StatusChip';

/** The columns, shared with the heading. On phones: title with its details below, and the menu. */
export const GRID =
  'grid grid-cols-[minmax(0,1fr)_2.5rem] items-center gap-x-4 md:grid-cols-[minmax(0,1fr)_7.5rem_7rem_5rem_7.5rem_2.5rem]';

const HIDDEN = 'hidden md:block';

export function DocumentRow({ item, onDetails }: { item: LibraryDocument; onDetails: () => void }) {
  const { t } = useTranslation();
  const modified = formatAgo(item.modified_at);
  return (
    <div className={`${GRID} -mx-3 h-full rounded-lg px-3 transition-colors duration-100 hover:bg-hover`}>
      <div role="cell" className="flex min-w-0 items-center gap-3">
        <KindIcon kind={item.kind} />
        <div className="min-w-0">
          <Link
            to={documentPath(item.id)}
            className="block truncate rounded font-medium text-ink hover:text-accent-text"
            title={item.title}
          >
            {item.title}
          </Link>
          {item.error ? (
            <p className="truncate text-xs text-danger" title={item.error.message}>
              {item.error.message}
            </p>
          ) : (
            <p className="truncate text-xs text-ink-3 md:hidden">
              {t(`status.${item.status}`)} · {t(`kind.${item.kind}`)} · {modified}
            </p>
          )}
        </div>
      </div>
      <div role="cell" className={HIDDEN}>
        <StatusChip status={item.status} />
      </div>
      <div role="cell" className={`${HIDDEN} truncate text-sm text-ink-2`}>
        {item.version === 0 ? '' : t(`kind.${item.kind}`)}
      </div>
      <div role="cell" className={`${HIDDEN} text-right text-sm text-ink-2 tabular-nums`}>
        {formatBytes(item.size_bytes)}
      </div>
      <div role="cell" className={`${HIDDEN} truncate text-sm text-ink-2`}>
        <time dateTime={item.modified_at} title={formatDateTime(item.modified_at)}>
          {modified}
        </time>
      </div>
      <div role="cell" className="justify-self-end">
        <DocumentMenu item={item} onDetails={onDetails} />
      </div>
    </div>
  );
}
