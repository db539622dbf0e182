import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useRef,
} from 'react';

const ROW_PX = 52;
const AHEAD_ROWS = 30;

export interface VirtualRow {
  key: string;
  draw: () => ReactNode;
}

interface VirtualRowsProps {
  label: string;
  /** With the heading; -1 while nobody knows. */
  rowCount: number;
  style: CSSProperties;
  head: ReactNode;
  rows: readonly VirtualRow[];
  footer: ReactNode;
  onEnd: (() => void) | undefined;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** A table of which only the rows in sight are drawn, so that ten thousand scroll like ten. */
export function VirtualRows({
  label,
  rowCount,
  style,
  head,
  rows,
  footer,
  onEnd,
  onKeyDown,
}: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;

  const nearEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (lastShown >= rows.length - AHEAD_ROWS) nearEnd();
  }, [lastShown, rows.length]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-6xl px-4 pb-24 sm:px-8">
        <div
          role="table"
          aria-label={label}
          aria-rowcount={rowCount}
          className="@container"
          style={style}
          onKeyDown={onKeyDown}
        >
          {head}
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {shown.map((row) => (
              <div
                key={row.key}
                role="presentation"
                className="absolute inset-x-0"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                {rows[row.index]?.draw()}
              </div>
            ))}
          </div>
        </div>
        {footer}
      </div>
    </div>
  );
}
