import { describe, expect, it } from 'vitest';
import type { Citation } from '@/services/types';
import { markerIndex, withMarkers } from './answerMarks';

const citation = (index: number, answer_end: number, change: Partial<Citation> = {}): Citation => ({
  index,
  document_id: `d${index}`,
  version: 1,
  start: 0,
  end: 5,
  quote: `quote ${index}`,
  title: `Title ${index}`,
  source: 'files',
  closed: false,
  support: 'matched',
  answer_start: 0,
  answer_end,
  ...change,
});

describe('withMarkers', () => {
  it('puts the marker behind the words, before the line break', () => {
    expect(withMarkers('One.\n\nTwo.', [citation(1, 6)])).toBe('One.[1](#cite-1)\n\nTwo.');
  });

  it('marks what has no source, counted in code points, in its place among the chips', () => {
    const marked = withMarkers('😀 One. Two.\nThree.', [citation(1, 6)], [{ start: 7, end: 11 }]);
    expect(marked).toBe('😀 One.[1](#cite-1) Two.[°](#no-source)\nThree.');
  });

  it('is read back by markerIndex, which takes no other link', () => {
    expect(markerIndex('#cite-12')).toBe(12);
    expect(markerIndex('https://example.com')).toBeNull();
    expect(markerIndex(undefined)).toBeNull();
  });

  const flagged = (text: string, ...flags: string[]) =>
    withMarkers(text, [citation(1, text.length, { flags })]);

  it('marks the words that differ, as whole words of the cited sentence', () => {
    expect(flagged('For 4 rooms, 40 days.', '40 days ≠ 30 days')).toBe(
      'For 4 rooms, [40 days](#differs).[1](#cite-1)',
    );
    expect(flagged('Of 40, 4 were free.', '4')).toBe('Of 40, [4](#differs) were free.[1](#cite-1)');
    expect(flagged('Paid by Ann Lee.', 'Ann', 'Lee')).toBe(
      'Paid by [Ann](#differs) [Lee](#differs).[1](#cite-1)',
    );
    expect(withMarkers('40. 40.', [citation(1, 7, { answer_start: 4, flags: ['40'] })])).toBe(
      '40. [40](#differs).[1](#cite-1)',
    );
  });

  it('marks a word once, and none that overlaps another', () => {
    expect(flagged('40 days.', '40 days ≠ 30 days', '40')).toBe('[40 days](#differs).[1](#cite-1)');
  });

  it('leaves code, links and addresses as they are, and flags that are not in the sentence', () => {
    for (const text of [
      'Run `40`.',
      'See [the 40](#a).',
      'See https://a.org/40 now.',
      'See <b 40>.',
      'None.',
    ]) {
      expect(flagged(text, '40', 'a*b', '')).toBe(`${text}[1](#cite-1)`);
    }
  });
});
