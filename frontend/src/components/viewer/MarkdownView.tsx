import { memo, useMemo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { TextBlock } from '@/utils/blocks';
import { cn } from '@/utils/cn';
import { type Mark, marksWithin } from '@/utils/marks';
import { type HtmlNode, markTree } from './markSource';

const REMARK = [remarkGfm];

/** Nothing of a document leads anywhere or loads anything: addresses and pictures are told in words. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <span title={href} className="underline decoration-line-strong underline-offset-4">
      {children}
    </span>
  ),
  img: ({ alt }) => <span className="text-ink-3">{alt}</span>,
  input: ({ checked }) => <span>{checked ? '☑' : '☐'} </span>,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  // The page's own heading is above those of the document.
  h1: 'h2',
  h2: 'h3',
  h3: 'h4',
  h4: 'h5',
  h5: 'h6',
};

interface MarkdownViewProps {
  text: string;
  blocks: readonly TextBlock[];
  marks: readonly Mark[];
}

/** A document that begins with fields, one a line, as front matter is kept. */
const FIELDS = /^[A-Za-z][\w-]*:\s/;

/** Markdown as it is meant to look, with the marks at their very words. */
export default function MarkdownView({ text, blocks, marks }: MarkdownViewProps) {
  return (
    <div className="prose whitespace-normal">
      {blocks.map(({ start, end }, at) => (
        <div
          key={start}
          data-block={at}
          className={cn(
            '[contain-intrinsic-size:auto_20rem] [content-visibility:auto] scroll-mt-4',
            at === 0 && FIELDS.test(text) && '[&_p]:whitespace-pre-line',
          )}
        >
          <MarkdownBlock
            source={text.slice(start, end)}
            start={start}
            marks={marksWithin(marks, start, end)}
          />
        </div>
      ))}
    </div>
  );
}

interface MarkdownBlockProps {
  source: string;
  start: number;
  marks: readonly Mark[];
}

const MarkdownBlock = memo(function MarkdownBlock({ source, start, marks }: MarkdownBlockProps) {
  const rehype = useMemo(
    () => [() => (tree: unknown) => markTree(tree as HtmlNode, source, start, marks)],
    [source, start, marks],
  );
  return (
    <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={rehype} components={COMPONENTS}>
      {source}
    </ReactMarkdown>
  );
});
