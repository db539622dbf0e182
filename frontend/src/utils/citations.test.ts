import { describe, expect, it } from 'vitest';
import type { Citation } from '@/services/types';
import { citedDocuments, citedStretches, copyText, markdownBlocks, sentenceCount } from './citations';

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

describe('citedStretches', () => {
  it('cuts after each cited sentence and loses nothing', () => {
    const stretches = citedStretches('One. Two. Three.', [citation(2, 9), citation(1, 4)]);
    expect(stretches.map(({ text, citations }) => [text, citations.map(({ index }) => index)])).toEqual([
      ['One.', [1]],
      [' Two.', [2]],
      [' Three.', []],
    ]);
  });

  it('counts code points, not UTF-16 units', () => {
    const [first] = citedStretches('😀 yes. No.', [citation(1, 6)]);
    expect(first?.text).toBe('😀 yes.');
  });

  it('keeps several citations of one sentence together', () => {
    expect(citedStretches('One.', [citation(1, 4), citation(2, 4)])[0]?.citations).toHaveLength(2);
  });
});

describe('sentenceCount', () => {
  it('counts a sentence with two citations once', () => {
    expect(sentenceCount([citation(1, 4), citation(2, 4), citation(3, 9)], [{ start: 9, end: 12 }])).toBe(3);
  });
});

describe('markdownBlocks', () => {
  it('joins back to the markdown', () => {
    const text = 'A\n\nB\n\n```js\nx\n\ny\n```\n\n- one\n\n- two\n\nEnd\n';
    expect(markdownBlocks(text).join('\n')).toBe(text);
  });

  it('keeps a code fence whole, blank lines and all', () => {
    expect(markdownBlocks('```\na\n\nb\n```\n\nAfter')).toEqual(['```\na\n\nb\n```\n', 'After']);
  });

  it('changes only the last block while text is added', () => {
    const before = markdownBlocks('First.\n\nSecond');
    const after = markdownBlocks('First.\n\nSecond grows');
    expect(after[0]).toBe(before[0]);
    expect(after).toHaveLength(2);
  });
});

it('groups citations by document version, in citing order', () => {
  const same = { document_id: 'x' };
  const groups = citedDocuments([citation(3, 9, same), citation(2, 6), citation(1, 3, same)]);
  expect(groups.map((group) => group.map(({ index }) => index))).toEqual([[1, 3], [2]]);
});

it('copies an answer with numbered sources', () => {
  const closed = citation(2, 9, { title: '', quote: '', closed: true });
  const words = { heading: 'Sources', closed: 'Not open' };
  expect(copyText('One. Two.', [citation(1, 4), closed], words)).toBe(
    'One. [1] Two. [2]\n\nSources\n[1] Title 1: “quote 1”\n[2] Not open',
  );
});
