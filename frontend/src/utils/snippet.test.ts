import { describe, expect, it } from 'vitest';
import { previewOf, snippetOf } from './snippet';

const marked = (text: string, highlights: { start: number; end: number }[]) =>
  snippetOf(text, highlights)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join('');

describe('snippetOf', () => {
  it('marks words by code points', () => {
    expect(marked('😀 battery life', [{ start: 2, end: 9 }])).toBe('😀 [battery] life');
  });

  it('merges highlights that overlap and leaves empty ones out', () => {
    expect(
      marked('abcdef', [
        { start: 3, end: 5 },
        { start: 1, end: 4 },
        { start: 2, end: 2 },
      ]),
    ).toBe('a[bcd][e]f');
  });

  it('brings a late match into sight', () => {
    const text = `${'word '.repeat(80)}needle`;
    const shown = marked(text, [{ start: 400, end: 406 }]);
    expect(shown.startsWith('… word')).toBe(true);
    expect(shown.length).toBeLessThan(120);
  });
});

it('shows a passage without layout signs', () => {
  expect(previewOf('# Title\n**Bold** and `code`\n- item')).toBe('Title\nBold and code\nitem');
});
