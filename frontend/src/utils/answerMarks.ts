/** Puts what is to be said of a model's sentences into its Markdown, as links that the renderer draws. */
import type { Citation, Message } from '@/services/types';
import { CodePointIndex } from './codepoints';

const MARKER = '#cite-';
/** The address of what is drawn behind a sentence that has no source. */
export const NO_SOURCE = '#no-source';
/** The address of a word that its passage has otherwise, or not at all. */
export const DIFFERS = '#differs';

const BETWEEN_SIDES = ' ≠ ';
const MARKUP = /[[\]()`*_~<>|\\\n]/;
const IN_WORD = /[\p{L}\p{N}]/u;

/**
 * Markdown with a link after each cited sentence, and after each without a source; words that differ from their
 * passage are made links, too.
 */
export function withMarkers(
  text: string,
  citations: readonly Citation[],
  unsupported: NonNullable<Message['unsupported']> = [],
): string {
  const index = new CodePointIndex(text);
  const marks = new Map<number, string>();
  const insert = (at: number, mark: string) => marks.set(at, (marks.get(at) ?? '') + mark);
  const mark = (end: number, label: string, address: string) => {
    // It must stand behind the words, not behind the line break that follows them.
    insert(text.slice(0, index.toUtf16(end)).trimEnd().length, `[${label}](${address})`);
  };
  for (const [start, end] of differingWords(text, citations, index)) {
    insert(start, '[');
    insert(end, `](${DIFFERS})`);
  }
  for (const { index: number, answer_end } of citations) mark(answer_end, `${number}`, MARKER + number);
  for (const { end } of unsupported) mark(end, '°', NO_SOURCE);
  let marked = '';
  let done = 0;
  for (const [at, link] of [...marks].sort(([one], [other]) => one - other)) {
    marked += text.slice(done, at) + link;
    done = at;
  }
  return marked + text.slice(done);
}

export function markerIndex(href: string | undefined): number | null {
  return href?.startsWith(MARKER) ? Number(href.slice(MARKER.length)) : null;
}

/** [start, end) of each flagged word in its sentence, not overlapping; what stands in code or a link stays as it is. */
function differingWords(
  text: string,
  citations: readonly Citation[],
  index: CodePointIndex,
): [number, number][] {
  const found: [number, number][] = [];
  for (const { flags = [], answer_start, answer_end } of citations) {
    const [from, to] = [index.toUtf16(answer_start), index.toUtf16(answer_end)];
    for (const flag of flags) {
      const words = flag.split(BETWEEN_SIDES)[0] ?? '';
      const start = words && !MARKUP.test(words) ? wholeWord(text, words, from, to) : -1;
      const end = start + words.length;
      if (start >= 0 && found.every(([one, other]) => end < one || start > other)) found.push([start, end]);
    }
  }
  return found;
}

/** Where the words stand, as whole ones and in plain text, or -1. */
function wholeWord(text: string, words: string, from: number, to: number): number {
  for (
    let at = text.indexOf(words, from);
    at >= 0 && at + words.length <= to;
    at = text.indexOf(words, at + 1)
  ) {
    const beside = text.slice(Math.max(0, at - 1), at) + text.slice(at + words.length, at + words.length + 1);
    if (!IN_WORD.test(beside) && isPlain(text.slice(from, at))) return at;
  }
  return -1;
}

/** Whether no code, link or address is open behind what stands before. */
function isPlain(before: string): boolean {
  return (
    !/(?:^|\s)(?:https?:|www\.)\S*$/.test(before) && !before.includes('`') && !/[[(<][^\])>]*$/.test(before)
  );
}
