import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { readableOf } from './readable';
import { TextView } from './TextView';

const text = '# Notes 😀\nBefore. The exact words. After.\n';
function show(passage: { start: number; end: number } | null) {
  const document = {
    document_id: 'd',
    version: 1,
    text,
    sections: [{ heading: 'Notes 😀', page: null, start: 0, end: 10, level: 1 }],
    excerpt: false,
  };
  const readable = readableOf(document, 'text');
  const marks = passage
    ? [
        {
          start: readable.index.toUtf16(passage.start),
          end: readable.index.toUtf16(passage.end),
          look: 'passage' as const,
        },
      ]
    : [];
  return render(<TextView readable={readable} marks={marks} target={null} />).container;
}

const pointOffset = (words: string) => [...text.slice(0, text.indexOf(words))].length;

it('marks exactly the passage, although an emoji stands before it', () => {
  const start = pointOffset('The exact words.');
  const marks = show({ start, end: start + 16 }).querySelectorAll('mark');
  expect([...marks].map((mark) => mark.textContent)).toEqual(['The exact words.']);
});

it('marks a passage that begins in a heading and ends behind it, losing nothing', () => {
  const container = show({ start: 2, end: pointOffset('Before.') + 7 });
  const marked = [...container.querySelectorAll('mark')].map((mark) => mark.textContent).join('');
  expect(marked).toBe('Notes 😀\nBefore.');
  expect(container.textContent).toBe(text);
});

it('shows the whole text without a passage', () => {
  const container = show(null);
  expect(container.querySelector('mark')).toBeNull();
  expect(container.textContent).toBe(text);
});
