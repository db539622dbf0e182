/** Puts citations where they belong in the text of an answer. */
import type { Citation, Message } from '@/services/types';
import { CodePointIndex } from './codepoints';

export interface CitedStretch {
  text: string;
  /** The citations of the sentence that ends here. */
  citations: Citation[];
}

/** The text cut after each cited sentence. Joined, the stretches are the text. */
export function citedStretches(text: string, citations: readonly Citation[]): CitedStretch[] {
  const index = new CodePointIndex(text);
  const byEnd = new Map<number, Citation[]>();
  for (const citation of citations) {
    const end = index.toUtf16(citation.answer_end);
    byEnd.set(end, [...(byEnd.get(end) ?? []), citation]);
  }
  const stretches: CitedStretch[] = [];
  let at = 0;
  for (const end of [...byEnd.keys()].sort((one, other) => one - other)) {
    stretches.push({ text: text.slice(at, end), citations: byEnd.get(end) ?? [] });
    at = end;
  }
  if (at < text.length) stretches.push({ text: text.slice(at), citations: [] });
  return stretches;
}

const MARKS_OF_MARKDOWN = /^\s*(?:\*\*|[-*] |\d{1,2}\. |#{1,4} |\|)/m;

/** Whether an answer of quotes has words of its own that are set as Markdown: a line above a quote, a list. */
export function hasOwnMarkdown(text: string, citations: readonly Citation[]): boolean {
  const index = new CodePointIndex(text);
  const quoted = citations
    .map((one): [number, number] => [index.toUtf16(one.answer_start), index.toUtf16(one.answer_end)])
    .sort(([one], [other]) => one - other);
  let own = '';
  let at = 0;
  for (const [start, end] of quoted) {
    own += text.slice(at, start);
    at = Math.max(at, end);
  }
  return MARKS_OF_MARKDOWN.test(own + text.slice(at));
}

type Stretches = NonNullable<Message['unsupported']>;

/** How many sentences have a source or lack one; what claims nothing is not among them. */
export function sentenceCount(citations: readonly Citation[], unsupported: Stretches): number {
  const cited = new Set(citations.map(({ answer_start, answer_end }) => `${answer_start}-${answer_end}`));
  return cited.size + unsupported.length;
}

/** Cuts markdown at blank lines outside code fences, so that a growing answer re-parses its last block only. */
export function markdownBlocks(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split('\n')) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    // An indented line after a blank one may belong to a list item, so it stays with what is before it.
    if (line.trim() === '' && fence === null && lines.length > 0) {
      lines.push(line);
      continue;
    }
    const previousBlank = lines.length > 0 && lines.at(-1)?.trim() === '';
    const continues = /^(\s{2,}|\t)\S/.test(line) || /^\s*([-*+]|\d+[.)])\s/.test(line);
    if (previousBlank && fence === null && !continues && !mark) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
    lines.push(line);
  }
  if (lines.length > 0) blocks.push(lines.join('\n'));
  return blocks;
}

/** Each cited document once, in the order in which the answer cites it. */
export function sourceOrder(citations: readonly Citation[]): Citation[] {
  const seen = new Set<number>();
  return [...citations]
    .sort((one, other) => one.index - other.index)
    .filter(({ index }) => !seen.has(index) && Boolean(seen.add(index)));
}

/** The answer as text with numbered sources, for pasting elsewhere. `closed` stands for a source that is not open. */
export function copyText(
  text: string,
  citations: readonly Citation[],
  { heading, closed }: { heading: string; closed: string },
): string {
  const body = citedStretches(text, citations)
    .map(({ text: stretch, citations: cited }) => {
      const words = stretch.trimEnd();
      return words + cited.map(({ index }) => ` [${index}]`).join('') + stretch.slice(words.length);
    })
    .join('');
  const list = sourceOrder(citations).map((source) =>
    source.closed
      ? `[${source.index}] ${closed}`
      : [`[${source.index}] ${source.title}: “${source.quote.trim()}”`, source.url].filter(Boolean).join(' '),
  );
  return list.length > 0 ? `${body}\n\n${heading}\n${list.join('\n')}` : body;
}

/** The citations by document version, in the order in which the answer first cites each. */
export function citedDocuments(citations: readonly Citation[]): [Citation, ...Citation[]][] {
  const groups = new Map<string, [Citation, ...Citation[]]>();
  for (const citation of sourceOrder(citations)) {
    const key = `${citation.document_id} ${citation.version}`;
    const group = groups.get(key);
    if (group) group.push(citation);
    else groups.set(key, [citation]);
  }
  return [...groups.values()];
}

/** A Markdown text without the list at its end, if that is of exactly these. */
export function withoutList(text: string, items: readonly string[]): string {
  const list = items.map((item) => `- ${item}`).join('\n');
  return list && text.endsWith(`\n${list}`) ? text.slice(0, -list.length).trimEnd() : text;
}
