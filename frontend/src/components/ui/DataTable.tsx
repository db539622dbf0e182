import { ChevronDown, ChevronUp } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, type LinkProps } from 'react-router';
import { cn } from '@/utils/cn';
import { type VirtualRow, VirtualRows } from './VirtualRows';

export interface Column<T> {
  id: string;
  header: string;
  /** A heading that is read aloud only, such as that of the buttons. */
  headerHidden?: boolean;
  /** Its width where there is room for columns, as a track of a grid. */
  width: string;
  /**
   * Where there is no room for columns: `title` stands first, `end` at its right, `line` on a line of its own,
   * `inline` beside the others, `none` is left out, since the title's cell says it then.
   */
  narrow: 'title' | 'end' | 'line' | 'inline' | 'none';
  align?: 'end';
  /** Sorts by this column, ascending. Offered only while all rows are here: half a list cannot be sorted. */
  compare?: (one: T, other: T) => number;
  cell: (item: T) => ReactNode;
}

interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  items: readonly T[];
  rowKey: (item: T) => string;
  /** `roomy`: two lines a row, cards on phones. `compact`: one line, and only the rows in sight are drawn. */
  density?: 'roomy' | 'compact';
  /** Whether these are all rows there are. */
  complete: boolean;
  /** What else is known of a row; shown below it when it is opened. */
  detail?: (item: T) => ReactNode;
  /** Called when the end of what is here comes near; for `compact` tables. */
  onEnd?: () => void;
  /** Stands below the last row. */
  footer?: ReactNode;
}

/** Breakpoints are those of the table's own width, since it may stand beside something. */
const LOOKS = {
  roomy: {
    head: 'sr-only @4xl:not-sr-only @4xl:border-b',
    columns: '@4xl:grid @4xl:grid-cols-(--columns) @4xl:items-center @4xl:gap-x-4',
    row: '@4xl:-mx-3 @4xl:h-16 @4xl:rounded-lg @4xl:border-0 @4xl:bg-transparent @4xl:px-3 @4xl:py-0 @4xl:shadow-none',
    narrowRow: 'rounded-xl border bg-surface p-4 shadow-sm',
    body: 'space-y-2.5 @4xl:space-y-0',
    sort: { button: '@max-4xl:hidden', text: 'sr-only @4xl:hidden' },
    cells: {
      title: '@max-4xl:flex-1 @max-4xl:basis-[calc(100%-3.5rem)]',
      end: 'justify-self-end @max-4xl:order-1',
      line: '@max-4xl:order-2 @max-4xl:basis-full',
      inline: '@max-4xl:order-2 empty:hidden @4xl:empty:block',
      none: '@max-4xl:hidden',
    },
  },
  compact: {
    head: 'sticky top-0 z-10 border-b bg-canvas/95 backdrop-blur-sm @max-2xl:sr-only',
    columns: '@2xl:grid @2xl:grid-cols-(--columns) @2xl:items-center @2xl:gap-x-4',
    row: '-mx-3 h-full rounded-lg px-3',
    narrowRow: '',
    body: '',
    sort: { button: '@max-2xl:hidden', text: 'sr-only @2xl:hidden' },
    cells: {
      title: '@max-2xl:flex-1',
      end: 'justify-self-end',
      line: '@max-2xl:hidden',
      inline: '@max-2xl:hidden',
      none: '@max-2xl:hidden',
    },
  },
} as const;

const MAIN = '[data-row-main]';

/** A list as a table: columns as data, rows that the arrow keys walk, cards or single lines on phones. */
export function DataTable<T>({
  label,
  columns,
  items,
  rowKey,
  density = 'roomy',
  complete,
  detail,
  onEnd,
  footer,
}: DataTableProps<T>) {
  const { t } = useTranslation();
  const looks = LOOKS[density];
  const { sorted, order, sortBy } = useSorted(items, columns, complete);
  const tracks = columns.map((column) => column.width).join(' ') + (detail ? ' 1.5rem' : '');
  const style = { '--columns': tracks } as CSSProperties;
  const rowCount = complete ? sorted.length + 1 : -1;

  const head = (
    <div role="rowgroup" className={looks.head}>
      <div role="row" aria-rowindex={1} className={cn(looks.columns, 'h-9 font-medium text-ink-3 text-xs')}>
        {columns.map((column) => (
          <Heading
            key={column.id}
            column={column}
            order={order?.id === column.id ? order.direction : undefined}
            onSort={complete && column.compare ? () => sortBy(column.id) : undefined}
            looks={looks.sort}
          />
        ))}
        {detail && (
          <span role="columnheader">
            <span className="sr-only">{t('table.details')}</span>
          </span>
        )}
      </div>
    </div>
  );
  const row = (item: T, index: number) => (
    <Row key={rowKey(item)} item={item} index={index} columns={columns} looks={looks} detail={detail} />
  );

  if (density === 'roomy') {
    return (
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rowCount}
        className="@container"
        style={style}
        onKeyDown={walk}
      >
        {head}
        <div role="rowgroup" className={looks.body}>
          {sorted.map(row)}
        </div>
        {footer}
      </div>
    );
  }
  const rows: VirtualRow[] = sorted.map((item, index) => ({
    key: rowKey(item),
    draw: () => row(item, index),
  }));
  return (
    <VirtualRows
      label={label}
      rowCount={rowCount}
      style={style}
      head={head}
      rows={rows}
      footer={footer}
      onEnd={onEnd}
      onKeyDown={walk}
    />
  );
}

type Direction = 'ascending' | 'descending';

function useSorted<T>(items: readonly T[], columns: readonly Column<T>[], complete: boolean) {
  const [order, setOrder] = useState<{ id: string; direction: Direction } | null>(null);
  const sortBy = (id: string) =>
    setOrder(
      order?.id !== id
        ? { id, direction: 'ascending' }
        : order.direction === 'ascending'
          ? { id, direction: 'descending' }
          : null,
    );
  const compare = complete ? columns.find((column) => column.id === order?.id)?.compare : undefined;
  if (!compare || !order) return { sorted: items, order: null, sortBy };
  const sign = order.direction === 'ascending' ? 1 : -1;
  return { sorted: [...items].sort((one, other) => sign * compare(one, other)), order, sortBy };
}

interface HeadingProps<T> {
  column: Column<T>;
  order: Direction | undefined;
  onSort: (() => void) | undefined;
  looks: { button: string; text: string };
}

function Heading<T>({ column, order, onSort, looks }: HeadingProps<T>) {
  const { header, headerHidden, align } = column;
  if (headerHidden) {
    return (
      <span role="columnheader">
        <span className="sr-only">{header}</span>
      </span>
    );
  }
  const Sign = order === 'descending' ? ChevronDown : ChevronUp;
  return (
    <span role="columnheader" aria-sort={order} className={cn('min-w-0', align === 'end' && 'text-right')}>
      {onSort ? (
        <>
          <span className={looks.text}>{header}</span>
          <button
            type="button"
            onClick={onSort}
            className={cn(
              'group inline-flex h-7 max-w-full items-center gap-1 rounded font-medium transition-colors hover:text-ink',
              order && 'text-ink',
              looks.button,
            )}
          >
            <span className="truncate">{header}</span>
            <Sign
              className={cn('size-3.5 shrink-0', !order && 'opacity-0 group-hover:opacity-60')}
              aria-hidden
            />
          </button>
        </>
      ) : (
        <span className="block truncate">{header}</span>
      )}
    </span>
  );
}

interface RowProps<T> {
  item: T;
  index: number;
  columns: readonly Column<T>[];
  looks: (typeof LOOKS)[keyof typeof LOOKS];
  detail: ((item: T) => ReactNode) | undefined;
}

function Row<T>({ item, index, columns, looks, detail }: RowProps<T>) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div
        role="row"
        aria-rowindex={index + 2}
        className={cn(
          'relative flex flex-wrap items-center gap-x-1.5 gap-y-2 transition-colors duration-100 hover:bg-hover',
          looks.narrowRow,
          looks.columns,
          looks.row,
        )}
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="cell"
            id={column.narrow === 'title' ? `${id}title` : undefined}
            className={cn(
              'min-w-0',
              looks.cells[column.narrow],
              column.align === 'end' && 'text-right tabular-nums',
            )}
          >
            {column.cell(item)}
          </div>
        ))}
        {detail && (
          <div role="cell" className={looks.cells.end}>
            <button
              type="button"
              id={`${id}open`}
              data-row-main
              aria-label={t('table.details')}
              aria-labelledby={`${id}open ${id}title`}
              aria-expanded={open}
              aria-controls={open ? `${id}detail` : undefined}
              onClick={() => setOpen(!open)}
              className="grid size-6 place-items-center text-ink-3 after:absolute after:inset-0 after:rounded-[inherit] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
            >
              <ChevronDown
                className={cn('size-4 transition-transform duration-150', open && 'rotate-180')}
                aria-hidden
              />
            </button>
          </div>
        )}
      </div>
      {detail && open && (
        <div role="row" id={`${id}detail`}>
          <div role="cell" aria-colspan={columns.length + 1}>
            {detail(item)}
          </div>
        </div>
      )}
    </>
  );
}

/** What a row leads to: the arrow keys go from one to the next. `whole` makes all of the row lead there. */
export const RowLink = ({ whole = false, className, ...rest }: LinkProps & { whole?: boolean }) => (
  <Link
    {...rest}
    data-row-main
    className={cn(
      'block min-w-0 truncate rounded font-medium text-ink hover:text-accent-text',
      whole &&
        'after:absolute after:inset-0 after:rounded-[inherit] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent',
      className,
    )}
  />
);

function walk(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target as HTMLElement;
  if (!from.matches(MAIN)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(MAIN)];
  const at = all.indexOf(from);
  const to =
    event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : -2;
  if (to === -2) return;
  event.preventDefault();
  all[to]?.focus();
}
