import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/utils/cn';
import { type Mark, marksWithin } from '@/utils/marks';
import type { TableCell, TableRow, TextTable } from '@/utils/tableLines';
import { Marked } from './Marked';
import { NearView } from './NearView';

interface TableViewProps {
  text: string;
  table: TextTable;
  marks: readonly Mark[];
}

const GROUP_ROWS = 50;
const ROW_PIXELS = 34;
/** Rows by which the widths are chosen, and what a column is wide at least and at most, in letters. */
const MEASURED_ROWS = 300;
const NARROWEST = 5;
const WIDEST = 34;
const PADDING = 3;

/** A table with its head in sight while it scrolls; the row that a passage stands in is marked. */
export function TableView({ text, table, marks }: TableViewProps) {
  const { t } = useTranslation();
  const { groups, widths } = useMemo(() => layoutOf(table), [table]);
  const columns = widths.map((width) => `minmax(${width}ch, ${width}fr)`).join(' ');
  const across = widths.reduce((sum, width) => sum + width, 0);
  return (
    <div
      role="region"
      aria-label={t('viewer.table', { count: table.rows.length })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="my-3 max-h-[70vh] overflow-auto whitespace-normal rounded-lg border text-sm leading-normal"
    >
      <div role="table" aria-rowcount={table.rows.length + 1} style={{ minWidth: `${across}ch` }}>
        <div role="rowgroup" className="sticky top-0 z-10 border-b bg-surface font-semibold">
          <div role="row" aria-rowindex={1} className="grid" style={{ gridTemplateColumns: columns }}>
            {table.led && <span role="columnheader" className="px-3 py-1.5" />}
            {table.names.map(({ start, end }) => (
              <span key={start} role="columnheader" className="px-3 py-1.5">
                <Marked text={text} from={start} to={end} marks={marksWithin(marks, start, end)} />
              </span>
            ))}
          </div>
        </div>
        {groups.map((rows, at) => {
          const [first, last] = [rows[0], rows.at(-1)];
          if (!first || !last) return null;
          const within = marksWithin(marks, first.start, last.end);
          return (
            <NearView
              key={first.start}
              role="rowgroup"
              height={rows.length * ROW_PIXELS}
              now={at === 0 || within.some((mark) => mark.look !== 'found')}
            >
              <Rows
                text={text}
                rows={rows}
                marks={within}
                columns={columns}
                count={widths.length}
                led={table.led}
                before={at * GROUP_ROWS + 2}
              />
            </NearView>
          );
        })}
      </div>
    </div>
  );
}

interface RowsProps {
  text: string;
  rows: readonly TableRow[];
  marks: readonly Mark[];
  columns: string;
  count: number;
  led: boolean;
  /** The number of the first row, that of the head being 1. */
  before: number;
}

const Rows = memo(function Rows({ text, rows, marks, columns, count, led, before }: RowsProps) {
  return rows.map((row, at) => {
    const within = marksWithin(marks, row.start, row.end);
    const isCited = within.some((mark) => mark.look === 'passage');
    return (
      <div
        key={row.start}
        role="row"
        aria-rowindex={before + at}
        data-cited={isCited || undefined}
        className={cn('grid border-b last:border-0', isCited && 'bg-mark/35')}
        style={{ gridTemplateColumns: columns }}
      >
        {row.cells.length === 0 ? (
          <span role="cell" aria-colspan={count} className="col-span-full px-3 py-1.5 font-medium">
            <Marked text={text} from={row.start} to={row.end} marks={within} />
          </span>
        ) : (
          placed(row.cells, led, count).map((cell) => (
            <span
              key={cell.place}
              role="cell"
              aria-colspan={cell.span > 1 ? cell.span : undefined}
              className="min-w-0 break-words px-3 py-1.5 tabular-nums"
              style={{ gridColumn: `span ${cell.span}` }}
            >
              {cell.end > cell.start && <Marked text={text} from={cell.start} to={cell.end} marks={within} />}
            </span>
          ))
        )}
      </div>
    );
  });
});

/** The cells of a row with the empty ones between them. `place` counts from 0. */
function placed(cells: readonly TableCell[], led: boolean, count: number) {
  const row: { place: number; span: number; start: number; end: number }[] = [];
  let place = 0;
  const fill = (until: number) => {
    for (; place < until; place += 1) row.push({ place, span: 1, start: 0, end: 0 });
  };
  for (const { column, span, start, end } of cells) {
    fill(column + Number(led));
    row.push({ place, span, start, end });
    place += span;
  }
  fill(count);
  return row;
}

function layoutOf(table: TextTable): { groups: TableRow[][]; widths: number[] } {
  const groups: TableRow[][] = [];
  for (let at = 0; at < table.rows.length; at += GROUP_ROWS)
    groups.push(table.rows.slice(at, at + GROUP_ROWS));
  const lead = Number(table.led);
  const widths = [...Array<number>(lead).fill(0), ...table.names.map(({ start, end }) => end - start)];
  for (const { cells } of table.rows.slice(0, MEASURED_ROWS)) {
    for (const { column, span, start, end } of cells) {
      if (span === 1) widths[column + lead] = Math.max(widths[column + lead] ?? 0, end - start);
    }
  }
  return { groups, widths: widths.map((width) => Math.min(WIDEST, Math.max(NARROWEST, width)) + PADDING) };
}
