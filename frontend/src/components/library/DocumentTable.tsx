import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadingIndicator } from '@/components/LoadingIndicator';
import type { LibraryDocument } from '@/services/types';
import { DocumentRow, GRID } from './DocumentRow';

const ROW_PX = 52;
const AHEAD_ROWS = 30;

interface DocumentTableProps {
  items: readonly LibraryDocument[];
  hasMore: boolean;
  loadingMore: boolean;
  onEnd: () => void;
  onDetails: (item: LibraryDocument) => void;
}

/** Only the rows in sight are drawn, so that ten thousand scroll like ten. */
export function DocumentTable({ items, hasMore, loadingMore, onEnd, onDetails }: DocumentTableProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;

  const loadMore = useEffectEvent(() => {
    if (hasMore && !loadingMore) onEnd();
  });
  useEffect(() => {
    if (lastShown >= items.length - AHEAD_ROWS) loadMore();
  }, [lastShown, items.length]);

  return (
    <div
      ref={scroller}
      role="table"
      aria-label={t('library.title')}
      aria-rowcount={hasMore ? -1 : items.length + 1}
      className="min-h-0 flex-1 overflow-y-auto"
    >
      <div className="mx-auto max-w-6xl px-4 pb-24 sm:px-8">
        <div
          role="rowgroup"
          className="sticky top-0 z-10 border-b bg-canvas/95 backdrop-blur-sm max-md:sr-only"
        >
          <div role="row" aria-rowindex={1} className={`${GRID} h-9 text-xs font-medium text-ink-3`}>
            <span role="columnheader">{t('library.columnTitle')}</span>
            <span role="columnheader">{t('library.columnStatus')}</span>
            <span role="columnheader">{t('library.columnKind')}</span>
            <span role="columnheader" className="text-right">
              {t('library.columnSize')}
            </span>
            <span role="columnheader">{t('library.columnModified')}</span>
            <span role="columnheader">
              <span className="sr-only">{t('common.more')}</span>
            </span>
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {shown.map((row) => {
            const item = items[row.index];
            return (
              item && (
                <div
                  key={row.key}
                  role="row"
                  aria-rowindex={row.index + 2}
                  className="absolute inset-x-0"
                  style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
                >
                  <DocumentRow item={item} onDetails={() => onDetails(item)} />
                </div>
              )
            );
          })}
        </div>
        {loadingMore && <LoadingIndicator className="h-16" />}
      </div>
    </div>
  );
}
