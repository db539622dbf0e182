export interface Found {
  /** UTF-16 offsets. */
  start: number;
  end: number;
}

/** More are of no use to look at, and each is drawn. */
export const MOST_FOUND = 2000;

/** Every place of the words, whatever their case and however they are spaced, but for those that touch what is hidden. */
export function findWords(text: string, query: string, hidden: readonly Found[] = []): Found[] {
  const words = query.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const pattern = new RegExp(words.map(escaped).join('\\s+'), 'giu');
  const found: Found[] = [];
  let next = 0;
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    const end = start + match[0].length;
    while (next < hidden.length && (hidden[next]?.end ?? 0) <= start) next += 1;
    if ((hidden[next]?.start ?? Number.POSITIVE_INFINITY) < end) continue;
    found.push({ start, end });
    if (found.length === MOST_FOUND) break;
  }
  return found;
}

const escaped = (word: string) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
