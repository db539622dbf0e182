import { memo, useMemo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { SourceCitation } from '@/components/SourceCitation';
import type { Citation } from '@/services/types';
import { markdownBlocks, markerIndex, withMarkers } from '@/utils/citations';
import { citationTarget } from './panelPaths';

const REMARK = [remarkGfm];
const REHYPE = [rehypeSanitize];

interface MarkdownProps {
  text: string;
  citations: readonly Citation[];
  messageId: string;
  activeIndex: number | null;
}

/** What a model wrote, sanitised. While it grows, only its last block is parsed again. */
export default function Markdown({ text, citations, messageId, activeIndex }: MarkdownProps) {
  const blocks = markdownBlocks(withMarkers(text, citations));
  const components = useMemo<Components>(
    () => ({
      a({ href, children }) {
        const index = markerIndex(href);
        const citation = index === null ? undefined : citations.find((item) => item.index === index);
        if (citation) {
          return (
            <SourceCitation
              citation={citation}
              to={citationTarget(messageId, citation)}
              active={citation.index === activeIndex}
            />
          );
        }
        return (
          <a href={href} target="_blank" rel="noreferrer nofollow">
            {children}
          </a>
        );
      },
      // Pictures would tell other servers who reads here.
      img: ({ alt }) => <span>{alt}</span>,
      table: ({ children }) => (
        <div className="overflow-x-auto">
          <table>{children}</table>
        </div>
      ),
    }),
    [citations, messageId, activeIndex],
  );
  return (
    <div className="prose">
      {blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks only ever grow at the end
        <MarkdownBlock key={at} source={block} components={components} />
      ))}
    </div>
  );
}

const MarkdownBlock = memo(function MarkdownBlock({
  source,
  components,
}: {
  source: string;
  components: Components;
}) {
  return (
    <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={components}>
      {source}
    </ReactMarkdown>
  );
});
