/**
 * Finds the tables in a document's text. The server writes a table as a line of its columns' names and a line for each
 * row in which every value stands behind its column's name: "Item | EUR", then "Item: Rent | EUR: 1200".
 */

export interface TableCell {
  /** From 0; -1: it stands before the named columns, and has no name. */
  column: number;
  /** How many columns it covers. */
  span: number;
  /** UTF-16 offsets of the value, without the column's name. */
  start: number;
  end: number;
}

export interface TableRow {
  start: number;
  end: number;
  /** None: the whole line is one cell, such as a heading of the rows below. */
  cells: TableCell[];
}

export interface TextTable {
  /** UTF-16 offsets, from the line of the names to the end of the last row's line. */
  start: number;
  end: number;
  names: { start: number; end: number }[];
  rows: TableRow[];
  /** Some row begins with a value that has no name. */
  led: boolean;
}

const BETWEEN = ' | ';
const AFTER_NAME = ': ';
const MOST_COLUMNS = 200;

/** In order. No table reaches over a `stop`, such as the beginning of a page. */
export function tablesIn(text: string, stops: readonly number[]): TextTable[] {
  const tables: TextTable[] = [];
  const stopping = new Set(stops);
  let at = text.indexOf(BETWEEN);
  while (at !== -1) {
    const start = text.lastIndexOf('\n', at) + 1;
    const table = tableAt(text, start, stopping);
    if (table) tables.push(table);
    at = text.indexOf(BETWEEN, Math.max(table ? table.end : lineEnd(text, start), at + 1));
  }
  return tables;
}

/** The stretches of tables that are not shown: names of columns in each row, and the signs between cells. */
export function hiddenIn(tables: readonly TextTable[]): { start: number; end: number }[] {
  const hidden: { start: number; end: number }[] = [];
  const between = (shown: readonly { start: number; end: number }[], from: number, to: number) => {
    let at = from;
    for (const { start, end } of shown) {
      if (start > at) hidden.push({ start: at, end: start });
      at = end;
    }
    if (to > at) hidden.push({ start: at, end: to });
  };
  for (const { names, rows } of tables) {
    for (let at = 0; at + 1 < names.length; at += 1) {
      hidden.push({ start: names[at]?.end ?? 0, end: names[at + 1]?.start ?? 0 });
    }
    for (const row of rows) if (row.cells.length > 0) between(row.cells, row.start, row.end);
  }
  return hidden;
}

function tableAt(text: string, start: number, stops: ReadonlySet<number>): TextTable | null {
  const first = lineEnd(text, start);
  const names = parts(text, start, first);
  if (names.length < 2 || names.length > MOST_COLUMNS) return null;
  const columns = new Map<string, number>();
  names.forEach((name, column) => {
    columns.set(text.slice(name.start, name.end), column);
  });
  const rows: TableRow[] = [];
  let pending: TableRow[] = [];
  let end = first;
  for (let at = first + 1; at < text.length && !stops.has(at); ) {
    const stop = lineEnd(text, at);
    if (text.slice(at, stop).trim() === '') break;
    const row = rowAt(text, at, stop, columns);
    if (row.cells.length > 0) {
      rows.push(...pending, row);
      pending = [];
      end = stop;
    } else if (rows.length === 0 || pending.length > 0) break;
    else pending.push(row);
    at = stop + 1;
  }
  if (rows.length === 0) return null;
  return { start, end, names, rows, led: rows.some((row) => row.cells[0]?.column === -1) };
}

function rowAt(text: string, start: number, end: number, columns: ReadonlyMap<string, number>): TableRow {
  const cells: TableCell[] = [];
  let isNamed = false;
  for (const part of parts(text, start, end)) {
    const named = nameOf(text.slice(part.start, part.end), columns);
    const before = cells.at(-1);
    if (named && named.column > (before?.column ?? -1)) {
      isNamed = true;
      cells.push({
        column: named.column,
        span: named.span,
        start: part.start + named.length,
        end: part.end,
      });
    } else if (before) before.end = part.end;
    else cells.push({ column: -1, span: 1, start: part.start, end: part.end });
  }
  return { start, end, cells: isNamed ? cells : [] };
}

/** The column that a part names, or the columns that its cell covers, whose names are joined by commas. */
function nameOf(
  part: string,
  columns: ReadonlyMap<string, number>,
): { column: number; span: number; length: number } | null {
  for (let at = part.indexOf(AFTER_NAME); at !== -1; at = part.indexOf(AFTER_NAME, at + 1)) {
    const name = part.slice(0, at);
    const length = at + AFTER_NAME.length;
    const column = columns.get(name);
    if (column !== undefined) return { column, span: 1, length };
    const covered = name.split(', ').map((one) => columns.get(one));
    const first = covered[0];
    if (first !== undefined && covered.length > 1 && covered.every((one, step) => one === first + step)) {
      return { column: first, span: covered.length, length };
    }
  }
  return null;
}

function parts(text: string, start: number, end: number): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let at = start;
  while (true) {
    const next = text.indexOf(BETWEEN, at);
    if (next === -1 || next >= end) break;
    found.push({ start: at, end: next });
    at = next + BETWEEN.length;
  }
  found.push({ start: at, end });
  return found;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
