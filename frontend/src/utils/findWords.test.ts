import { expect, it } from 'vitest';
import { findWords, MOST_FOUND } from './findWords';
import { markedPieces } from './marks';

it.each<[string, string, string[]]>([
  ['TEA time, tea', 'tea', ['TEA', 'tea']],
  ['a  b\na b', 'a b', ['a  b', 'a b']],
  ['1.5 and 1x5', '1.5', ['1.5']],
  ['(a|b)*', '(a|b)*', ['(a|b)*']],
  ['Straße 😀 ÜBER', 'über', ['ÜBER']],
  ['anything', '  ', []],
  ['anything', 'no', []],
  ['back\\slash-dash', '\\slash-dash', ['\\slash-dash']],
])('in %o finds %o', (text, query, found) => {
  expect(findWords(text, query).map(({ start, end }) => text.slice(start, end))).toEqual(found);
});

it('stops at as many as can be looked at', () => {
  expect(findWords('a'.repeat(10_000), 'a')).toHaveLength(MOST_FOUND);
});

it('shows the strongest mark where they overlap, and loses nothing', () => {
  const pieces = markedPieces(0, 20, [
    { start: 2, end: 12, look: 'passage' },
    { start: 5, end: 7, look: 'found' },
    { start: 10, end: 15, look: 'current' },
  ]);
  expect(pieces).toEqual([
    { start: 0, end: 2, look: null },
    { start: 2, end: 5, look: 'passage' },
    { start: 5, end: 7, look: 'found' },
    { start: 7, end: 10, look: 'passage' },
    { start: 10, end: 15, look: 'current' },
    { start: 15, end: 20, look: null },
  ]);
});
