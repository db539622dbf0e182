import { CodePointIndex } from './codepoints';

export interface Piece {
  /** UTF-16 offset into the passage. */
  start: number;
  text: string;
  marked: boolean;
}

const LEAD_CHARS = 90;

/**
 * Cuts a passage into marked and plain pieces. When the first match is far in, the beginning is left out at a word's
 * end, so that the match is in sight. `highlights` count code points; those that overlap are merged.
 */
export function snippetOf(text: string, highlights: readonly { start: number; end: number }[]): Piece[] {
  const index = new CodePointIndex(text);
  const marks = [...highlights]
    .sort((one, other) => one.start - other.start)
    .map(({ start, end }) => ({ start: index.toUtf16(start), end: index.toUtf16(end) }))
    .filter(({ start, end }) => start < end);
  const pieces: Piece[] = [];
  let at = beginning(text, marks[0]?.start ?? 0);
  if (at > 0) pieces.push({ start: -1, text: '… ', marked: false });
  for (const mark of marks) {
    const start = Math.max(mark.start, at);
    if (mark.end <= start) continue;
    if (start > at) pieces.push({ start: at, text: text.slice(at, start), marked: false });
    pieces.push({ start, text: text.slice(start, mark.end), marked: true });
    at = mark.end;
  }
  if (at < text.length) pieces.push({ start: at, text: text.slice(at), marked: false });
  return pieces;
}

function beginning(text: string, firstMark: number): number {
  if (firstMark <= LEAD_CHARS * 1.5) return 0;
  const space = text.indexOf(' ', firstMark - LEAD_CHARS);
  return space === -1 || space >= firstMark ? firstMark : space + 1;
}

/** A passage for a small card: without the signs that only lay it out. For looking at, never for quoting. */
export const previewOf = (text: string): string =>
  text
    .replace(/^\s{0,3}#{1,6}\s+/gm, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/^\s*[-*|]\s+/gm, '')
    .replace(/^\s*\|?[-:| ]{3,}\|?\s*$/gm, '')
    .replace(/\s*\|\s*/g, ' · ')
    .trim();
