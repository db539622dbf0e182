import { describe, expect, it } from 'vitest';
import type { Passage } from '@/services/types';
import { fromClosest } from './closest';

const passage = (text: string, closest: Passage['closest']): Passage => ({
  document_id: 'd1',
  version: 1,
  start: 100,
  end: 100 + [...text].length,
  text,
  title: 'Leave',
  source: 'files',
  kind: 'text',
  score: 1,
  closest,
});

describe('a passage from its closest sentence on', () => {
  it('leaves out what stands before the sentence, and shows the sentence apart', () => {
    const text = 'Before. The sentence. And after.';
    expect(fromClosest(passage(text, { start: 108, end: 121, text: 'The sentence.' }))).toEqual({
      closest: 'The sentence.',
      text: ' And after.',
    });
  });

  it('counts as the server does, in code points', () => {
    const text = '\u{1F600} Before. Here \u{1F600}. After.';
    expect(fromClosest(passage(text, { start: 110, end: 117, text: 'Here \u{1F600}.' }))).toEqual({
      closest: 'Here \u{1F600}.',
      text: ' After.',
    });
  });

  it('is the whole passage where it has none', () => {
    expect(fromClosest(passage('All of it.', null))).toEqual({ text: 'All of it.' });
  });
});
