/** Cuts a long text into blocks that can be drawn by themselves, so that megabytes scroll smoothly. */

export interface TextBlock {
  /** UTF-16 offsets into the whole text. */
  start: number;
  end: number;
  heading: string | null;
  level: number;
  /** The page that begins with this block. */
  page: number | null;
}

export interface SectionMark {
  /** UTF-16 offset. */
  start: number;
  heading: string | null;
  level: number;
  page: number | null;
}

const BLOCK_CHARS = 2400;

/**
 * Blocks begin where a section begins, and within long sections at a line's beginning after about `blockChars`.
 * A line that is longer is cut anyway, but never between the two halves of a character. Together the blocks are the text.
 */
export function blocksOf(
  text: string,
  sections: readonly SectionMark[],
  blockChars: number = BLOCK_CHARS,
): TextBlock[] {
  const marks = sections
    .filter((section) => section.start < text.length)
    .sort((one, other) => one.start - other.start);
  const blocks: TextBlock[] = [];
  let at = 0;
  let next = 0;
  let lastPage: number | null = null;
  while (at < text.length) {
    let heading: string | null = null;
    let level = 0;
    let page: number | null = null;
    while (next < marks.length && (marks[next]?.start ?? 0) <= at) {
      const mark = marks[next];
      if (mark?.heading && mark.start === at) {
        heading = mark.heading;
        level = mark.level;
      }
      if (mark?.page != null && mark.page !== lastPage) {
        page = mark.page;
        lastPage = mark.page;
      }
      next += 1;
    }
    const limit = Math.min(text.length, marks[next]?.start ?? text.length);
    const end = limit - at <= blockChars * 1.5 ? limit : cut(text, at + blockChars, limit);
    blocks.push({ start: at, end, heading, level, page });
    at = end;
  }
  return blocks;
}

function cut(text: string, wanted: number, limit: number): number {
  const line = text.indexOf('\n', wanted);
  if (line !== -1 && line < wanted + BLOCK_CHARS && line + 1 < limit) return line + 1;
  const unit = text.charCodeAt(wanted);
  const insideCharacter = unit >= 0xdc00 && unit <= 0xdfff;
  return Math.min(limit, insideCharacter ? wanted + 1 : wanted);
}
