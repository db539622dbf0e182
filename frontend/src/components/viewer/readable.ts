import type { DocumentText } from '@/services/types';
import { blocksOf, type SectionMark, type TextBlock } from '@/utils/blocks';
import { CodePointIndex } from '@/utils/codepoints';
import { hiddenIn, type TextTable, tablesIn } from '@/utils/tableLines';

export type Look = 'text' | 'code' | 'markdown';

/** A document's text made ready to be drawn. All offsets are UTF-16. */
export interface Readable {
  text: string;
  look: Look;
  index: CodePointIndex;
  blocks: TextBlock[];
  /** By the offset at which the first block begins that a table stands in the place of. */
  tables: ReadonlyMap<number, TextTable>;
  /** Stretches that are not shown. */
  hidden: { start: number; end: number }[];
  excerpt: boolean;
}

/** Longer Markdown is shown as it is written: it would take seconds to draw. */
const MOST_MARKDOWN = 400_000;
const CODE: readonly string[] = ['code', 'json'];

/** How a document is shown. Of a version that is gone only some words are left, which have no form any more. */
function lookOf(document: DocumentText, kind: string | undefined): Look {
  if (document.excerpt || kind === undefined) return 'text';
  if (CODE.includes(kind)) return 'code';
  return kind === 'markdown' && document.text.length <= MOST_MARKDOWN ? 'markdown' : 'text';
}

export function readableOf(document: DocumentText, kind: string | undefined): Readable {
  const { text, excerpt } = document;
  const index = new CodePointIndex(text);
  const look = lookOf(document, kind);
  const sections = document.sections.map((section) => ({ ...section, start: index.toUtf16(section.start) }));
  const starts = sections.map(({ start }) => start);
  const found = look === 'text' && !excerpt ? tablesIn(text, starts) : [];
  // A table is drawn as one, so that no block may begin outside and end inside of it.
  const edges: SectionMark[] = found.flatMap(({ start, end }) =>
    [start, end].map((place) => ({ start: place, heading: null, level: 0, page: null })),
  );
  const blocks =
    look === 'code'
      ? []
      : blocksOf(text, [...sections, ...edges], look === 'markdown' ? Number.POSITIVE_INFINITY : undefined);
  const tables = new Map(found.map((table) => [table.start, table]));
  return {
    text,
    look,
    index,
    blocks: blocks.filter(({ start }) => !found.some((table) => table.start < start && start < table.end)),
    tables,
    hidden: hiddenIn(found),
    excerpt,
  };
}
