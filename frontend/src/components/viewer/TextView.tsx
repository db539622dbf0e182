import { memo, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentText } from '@/services/types';
import { blocksOf, type TextBlock } from '@/utils/blocks';
import { cn } from '@/utils/cn';
import { CodePointIndex } from '@/utils/codepoints';

export interface PassageRange {
  /** Code points. */
  start: number;
  end: number;
}

interface TextViewProps {
  document: DocumentText;
  passage: PassageRange | null;
  monospace: boolean;
  /** Where to scroll besides the passage, in code points; a new object scrolls again. */
  target: { offset: number } | null;
}

/** How often the place is looked up again while blocks above it get their true heights. */
const SETTLE_FRAMES = 6;

/** The text of a version with one passage highlighted and in sight. */
export function TextView({ document: doc, passage, monospace, target }: TextViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const { blocks, index } = useMemo(() => {
    const codePoints = new CodePointIndex(doc.text);
    const marks = doc.sections.map((section) => ({ ...section, start: codePoints.toUtf16(section.start) }));
    return { index: codePoints, blocks: blocksOf(doc.text, marks) };
  }, [doc]);
  const start = passage ? index.toUtf16(passage.start) : -1;
  const end = passage ? index.toUtf16(passage.end) : -1;

  useEffect(() => {
    if (start < 0) return;
    return settleOn(() => host.current?.querySelector('[data-passage]') ?? null, 'center');
  }, [start]);

  useEffect(() => {
    if (!target) return;
    const unit = index.toUtf16(target.offset);
    const at = blocks.findIndex((block) => block.start <= unit && unit < block.end);
    return settleOn(() => host.current?.querySelector(`[data-block="${at}"]`) ?? null, 'start');
  }, [target, index, blocks]);

  return (
    <div
      ref={host}
      className={cn(
        'break-words [overflow-wrap:anywhere]',
        // In an excerpt blanks stand for what was not kept; they would push the words far away.
        doc.excerpt ? 'whitespace-pre-line' : 'whitespace-pre-wrap',
        monospace ? 'font-mono text-sm leading-relaxed' : 'text-[0.9688rem] leading-[1.72]',
      )}
    >
      {blocks.map((block, at) => {
        const touched = start < block.end && end > block.start && start >= 0;
        return (
          <Block
            key={block.start}
            at={at}
            block={block}
            text={doc.text}
            start={touched ? start : -1}
            end={touched ? end : -1}
          />
        );
      })}
    </div>
  );
}

function settleOn(find: () => Element | null, block: ScrollLogicalPosition): () => void {
  let frames = SETTLE_FRAMES;
  let handle = 0;
  const step = () => {
    find()?.scrollIntoView({ block });
    frames -= 1;
    if (frames > 0) handle = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(handle);
}

interface BlockProps {
  at: number;
  block: TextBlock;
  text: string;
  /** UTF-16 offsets of the passage, or -1 when it lies elsewhere. */
  start: number;
  end: number;
}

const HEADING_SIZES = ['text-xl', 'text-xl', 'text-lg', 'text-md'];

const Block = memo(function Block({ at, block, text, start, end }: BlockProps) {
  const { t } = useTranslation();
  const content = text.slice(block.start, block.end);
  // The heading is the section's first line; it is shown as one only when the text really begins with it.
  const line = content.split('\n', 1)[0] ?? '';
  const titled =
    block.heading !== null && line.replace(/^[#=\s]+/, '').startsWith(block.heading.slice(0, 40));
  const headingEnd = titled ? block.start + line.length : block.start;
  const piece = (from: number, to: number) => (
    <Marked text={text} from={from} to={to} start={Math.max(start, from)} end={Math.min(end, to)} />
  );
  return (
    <div
      data-block={at}
      className="[contain-intrinsic-size:auto_34rem] [content-visibility:auto] scroll-mt-4"
    >
      {block.page !== null && at > 0 && (
        <div aria-hidden className="my-6 flex select-none items-center gap-3 font-sans text-ink-3 text-xs">
          <span className="h-px flex-1 bg-line" />
          {t('viewer.pageNumber', { page: block.page })}
          <span className="h-px flex-1 bg-line" />
        </div>
      )}
      {titled && (
        <span
          role="heading"
          aria-level={Math.min(6, Math.max(2, block.level + 1))}
          className={cn(
            'font-sans font-semibold text-ink tracking-[-0.015em]',
            HEADING_SIZES[Math.min(block.level, HEADING_SIZES.length - 1)],
          )}
        >
          {piece(block.start, headingEnd)}
        </span>
      )}
      {piece(headingEnd, block.end)}
    </div>
  );
});

function Marked({
  text,
  from,
  to,
  start,
  end,
}: {
  text: string;
  from: number;
  to: number;
  start: number;
  end: number;
}) {
  if (start < from || start >= end) return text.slice(from, to);
  return (
    <>
      {text.slice(from, start)}
      <mark className="passage" data-passage>
        {text.slice(start, end)}
      </mark>
      {text.slice(end, to)}
    </>
  );
}
