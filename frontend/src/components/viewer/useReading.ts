import { type RefObject, useMemo } from 'react';
import { type Find, useFind } from '@/hooks/useFind';
import type { DocumentText } from '@/services/types';
import type { Mark } from '@/utils/marks';
import { type Readable, readableOf } from './readable';

export interface PassageRange {
  /** Code points. */
  start: number;
  end: number;
}

interface Reading {
  readable: Readable;
  marks: readonly Mark[];
  find: Find;
  /** What is to be in sight: the current match, else the passage. */
  looked: PassageRange | null;
}

/** A version's text made ready, with a passage and find over it. */
export function useReading(
  document: DocumentText,
  kind: string | undefined,
  passage: PassageRange | null,
  host: RefObject<HTMLElement | null>,
  everywhere: boolean,
): Reading {
  const readable = useMemo(() => readableOf(document, kind), [document, kind]);
  const { index, text, hidden } = readable;
  const start = passage ? index.toUtf16(passage.start) : -1;
  const end = passage ? index.toUtf16(passage.end) : -1;
  const find = useFind({ text, hidden, from: start, host, everywhere });
  const { found, current } = find;

  const marks = useMemo(() => {
    const all: Mark[] = found.map((one) => ({ ...one, look: one === current ? 'current' : 'found' }));
    if (start >= 0 && start < end) all.push({ start, end, look: 'passage' });
    return all.sort((one, other) => one.start - other.start);
  }, [found, current, start, end]);

  const looked = useMemo(
    () => (current ? { start: index.fromUtf16(current.start), end: index.fromUtf16(current.end) } : passage),
    [current, index, passage],
  );
  return { readable, marks, find, looked };
}
