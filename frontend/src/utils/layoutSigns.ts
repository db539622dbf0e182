/** Finds the signs that only lay a text out (Markdown's), for leaving them out of a short view of it. */

export interface Span {
  start: number;
  end: number;
}

const SIGNS = [
  /^[ \t]{0,3}#{1,6}[ \t]+/gm,
  /^[ \t]{0,3}(?:```|~~~).*$/gm,
  /^[ \t]*\|?[ \t]*:?-{3,}[-:| \t]*$/gm,
  /^[ \t]*>[ \t]?/gm,
  /^[ \t]*[-*+][ \t]+(?=\S)/gm,
  /\*\*|__|`/g,
];

/** UTF-16 spans in ascending order; they do not overlap. */
export function layoutSigns(text: string): Span[] {
  const found = SIGNS.flatMap((sign) =>
    [...text.matchAll(sign)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  ).sort((one, other) => one.start - other.start || other.end - one.end);
  const spans: Span[] = [];
  for (const span of found) {
    const last = spans.at(-1);
    if (!last || span.start >= last.end) spans.push(span);
    else if (span.end > last.end) last.end = span.end;
  }
  return spans;
}

/** `text.slice(start, end)` without the spans. */
export function sliceWithout(text: string, start: number, end: number, spans: readonly Span[]): string {
  let out = '';
  let at = start;
  for (const span of spans) {
    if (span.end <= at) continue;
    if (span.start >= end) break;
    out += text.slice(at, Math.max(at, span.start));
    at = span.end;
  }
  return at < end ? out + text.slice(at, end) : out;
}
