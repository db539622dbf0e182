import { lazy, memo, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SkeletonText } from '@/components/Skeleton';
import type { TextBlock } from '@/utils/blocks';
import { cn } from '@/utils/cn';
import { type Mark, marksWithin } from '@/utils/marks';
import { CodeView } from './CodeView';
import { Marked } from './Marked';
import type { Readable } from './readable';
import { settleOn } from './settleOn';
import { TableView } from './TableView';

const MarkdownView = lazy(() => import('./MarkdownView'));

interface TextViewProps {
  readable: Readable;
  marks: readonly Mark[];
  /** Where to scroll besides the marks, as a UTF-16 offset; a new object scrolls again. */
  target: { offset: number } | null;
}

/** The text of a version as what it is, with the passage, or what was found in it, in sight. */
export function TextView({ readable, marks, target }: TextViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const { text, blocks, look } = readable;
  const passage = marks.find((mark) => mark.look === 'passage')?.start ?? -1;
  const current = marks.find((mark) => mark.look === 'current')?.start ?? -1;

  useEffect(() => {
    if (passage < 0) return;
    return settleOn(
      () =>
        host.current?.querySelector('[data-passage]') ?? host.current?.querySelector('[data-cited]') ?? null,
      'center',
    );
  }, [passage]);

  useEffect(() => {
    if (current < 0) return;
    return settleOn(() => host.current?.querySelector('[data-current]') ?? null, 'center');
  }, [current]);

  useEffect(() => {
    if (!target) return;
    const at = blocks.findLastIndex((block) => block.start <= target.offset);
    return settleOn(() => host.current?.querySelector(`[data-block="${at}"]`) ?? null, 'start');
  }, [target, blocks]);

  return (
    <div
      ref={host}
      className={cn(
        'break-words text-[0.9688rem] leading-[1.72] [overflow-wrap:anywhere]',
        // In an excerpt blanks stand for what was not kept; they would push the words far away.
        readable.excerpt ? 'whitespace-pre-line' : 'whitespace-pre-wrap',
      )}
    >
      {look === 'code' ? (
        <CodeView text={text} marks={marks} target={target} />
      ) : look === 'markdown' ? (
        <Suspense fallback={<SkeletonText lines={8} />}>
          <MarkdownView text={text} blocks={blocks} marks={marks} />
        </Suspense>
      ) : (
        blocks.map((block, at) => {
          const table = readable.tables.get(block.start);
          const end = table?.end ?? block.end;
          const within = marksWithin(marks, block.start, end);
          return table ? (
            <div key={block.start} data-block={at} className="scroll-mt-4">
              <PageBreak block={block} at={at} />
              <TableView text={text} table={table} marks={within} />
            </div>
          ) : (
            <Block key={block.start} at={at} block={block} text={text} marks={within} />
          );
        })
      )}
    </div>
  );
}

interface BlockProps {
  at: number;
  block: TextBlock;
  text: string;
  marks: readonly Mark[];
}

const HEADING_SIZES = ['text-xl', 'text-xl', 'text-lg', 'text-md'];

const Block = memo(function Block({ at, block, text, marks }: BlockProps) {
  const content = text.slice(block.start, block.end);
  // The heading is the section's first line; it is shown as one only when the text really begins with it.
  const line = content.split('\n', 1)[0] ?? '';
  const titled =
    block.heading !== null && line.replace(/^[#=\s]+/, '').startsWith(block.heading.slice(0, 40));
  const headingEnd = titled ? block.start + line.length : block.start;
  const piece = (from: number, to: number) => <Marked text={text} from={from} to={to} marks={marks} />;
  return (
    <div
      data-block={at}
      className="[contain-intrinsic-size:auto_34rem] [content-visibility:auto] scroll-mt-4"
    >
      <PageBreak block={block} at={at} />
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

function PageBreak({ block, at }: { block: TextBlock; at: number }) {
  const { t } = useTranslation();
  if (block.page === null || at === 0) return null;
  return (
    <div aria-hidden className="my-6 flex select-none items-center gap-3 font-sans text-ink-3 text-xs">
      <span className="h-px flex-1 bg-line" />
      {t('viewer.pageNumber', { page: block.page })}
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}
