import { describe, expect, it } from 'vitest';
import { layoutSigns, sliceWithout } from './layoutSigns';

const without = (text: string) => sliceWithout(text, 0, text.length, layoutSigns(text));

describe('signs that only lay a text out', () => {
  it.each([
    ['## Backups\nKept.', 'Backups\nKept.'],
    ['- one\n* two', 'one\ntwo'],
    ['> said **so**', 'said so'],
    ['| a | b |\n|---|:-:|\n| 1 | 2 |', '| a | b |\n\n| 1 | 2 |'],
    ['```python\nrun()\n```', '\nrun()\n'],
  ])('%j is shown as %j', (text, shown) => {
    expect(without(text)).toBe(shown);
  });

  it.each(['from 2024-01-01 to 2024-02-01', 'minus -3 °C, a - b, #42', '5 * 3 = 15', 'snake_case_name'])(
    '%j keeps its signs',
    (text) => {
      expect(without(text)).toBe(text);
    },
  );

  it('leaves a part without the spans that reach into it', () => {
    const text = '**Backups** are kept';
    expect(sliceWithout(text, 1, 11, layoutSigns(text))).toBe('Backups');
  });
});
