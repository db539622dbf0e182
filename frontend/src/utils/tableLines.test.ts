import { expect, it } from 'vitest';
import { findWords } from './findWords';
import { hiddenIn, tablesIn } from './tableLines';

const read = (text: string, stops: number[] = []) =>
  tablesIn(text, stops).map(({ names, rows, start, end }) => ({
    text: text.slice(start, end),
    names: names.map((name) => text.slice(name.start, name.end)),
    rows: rows.map((row) => row.cells.map((cell) => [cell.column, text.slice(cell.start, cell.end)])),
  }));

it('reads names, values and empty cells', () => {
  const text = 'Costs\n\nItem | EUR | Due\nItem: Rent | EUR: 1200\nItem: Heat | EUR: 90 | Due: May\n\nAfter.';
  expect(read(text)).toEqual([
    {
      text: 'Item | EUR | Due\nItem: Rent | EUR: 1200\nItem: Heat | EUR: 90 | Due: May',
      names: ['Item', 'EUR', 'Due'],
      rows: [
        [
          [0, 'Rent'],
          [1, '1200'],
        ],
        [
          [0, 'Heat'],
          [1, '90'],
          [2, 'May'],
        ],
      ],
    },
  ]);
});

it.each<[string, string, unknown]>([
  [
    'a value with the sign between cells',
    'A | B\nA: x | y | B: z',
    [
      [
        [0, 'x | y'],
        [1, 'z'],
      ],
    ],
  ],
  [
    'a value with a colon',
    'A | B\nA: at 10: 30 | B: z',
    [
      [
        [0, 'at 10: 30'],
        [1, 'z'],
      ],
    ],
  ],
  [
    'a name with a colon',
    'A: b | C\nA: b: 1 | C: 2',
    [
      [
        [0, '1'],
        [1, '2'],
      ],
    ],
  ],
  [
    'a cell over two columns',
    'A | B | C\nA, B: 1 | C: 2',
    [
      [
        [0, '1'],
        [2, '2'],
      ],
    ],
  ],
  [
    'a first column without a name',
    'Q1 | Q2\nNorth | Q1: 1 | Q2: 2',
    [
      [
        [-1, 'North'],
        [0, '1'],
        [1, '2'],
      ],
    ],
  ],
  [
    'a heading of the rows below',
    'A | B\nA: 1 | B: 2\nFruit\nA: 3 | B: 4',
    [
      [
        [0, '1'],
        [1, '2'],
      ],
      [],
      [
        [0, '3'],
        [1, '4'],
      ],
    ],
  ],
])('reads %s', (_, text, rows) => {
  expect(read(text).map((table) => table.rows)).toEqual([rows]);
});

it.each([
  ['prose with a stroke', 'This | that\nis no table.'],
  ['rows that nothing names', 'Rent | 1200\nHeat | 90'],
  ['one column', 'Item\nItem: Rent'],
  ['names at the end', 'A | B'],
  ['nothing', ''],
])('sees no table in %s', (_, text) => {
  expect(tablesIn(text, [])).toEqual([]);
});

it('ends a table where a section begins', () => {
  const text = 'A | B\nA: 1 | B: 2\nA: 3 | B: 4';
  expect(read(text, [text.indexOf('A: 3')])[0]?.rows).toHaveLength(1);
});

it('is through with a hundred thousand rows, and with as many names, at once', () => {
  const long = `A | B\n${'A: 1 | B: 2\n'.repeat(100_000)}`;
  expect(tablesIn(long, [])[0]?.rows).toHaveLength(100_000);
  expect(tablesIn('A | B\n'.repeat(100_000), [])).toEqual([]);
  expect(tablesIn('a | '.repeat(100_000), [])).toEqual([]);
}, 20_000);

it('finds values and the names in the head, and nothing that is not shown', () => {
  const text = 'Item | EUR\nItem: Rent item | EUR: 1200\nItem: Heat | EUR: 90';
  const found = findWords(text, 'item', hiddenIn(tablesIn(text, [])));
  expect(found.map(({ start }) => start)).toEqual([0, text.indexOf('Rent item') + 5]);
});
