import { lazy, memo, Suspense, useMemo, useState } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import { Link } from 'react-router';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { SourceCitation } from '@/components/SourceCitation';
import type { Citation, Message } from '@/services/types';
import { DIFFERS, markerIndex, NO_SOURCE, withMarkers } from '@/utils/answerMarks';
import { markdownBlocks } from '@/utils/citations';
import { type OutsideLink, outsideLink } from '@/utils/outsideLink';
import { NoSource } from './NoSource';
import { citationTarget } from './panelPaths';

const LinkDialog = lazy(() => import('./LinkDialog'));

const REMARK = [remarkGfm];
const REHYPE = [rehypeSanitize];

/** The page of a document: whoever reads here and may not see it is told so there. */
const OWN_DOCUMENT = /^\/documents\/[\da-f]{24,32}$/;

/** A word that its passage has otherwise: which, and how, is said at the chip behind the sentence. */
const DIFFERING =
  'bg-transparent text-inherit underline decoration-danger decoration-wavy underline-offset-4';

interface MarkdownProps {
  text: string;
  citations: readonly Citation[];
  unsupported?: Message['unsupported'];
  messageId: string;
  activeIndex: number | null;
}

/** What a model wrote, sanitised. While it grows, only its last block is parsed again. */
export default function Markdown({ text, citations, unsupported, messageId, activeIndex }: MarkdownProps) {
  const blocks = markdownBlocks(withMarkers(text, citations, unsupported));
  const [opened, setOpened] = useState<OutsideLink | null>(null);
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
        if (href === NO_SOURCE) return <NoSource />;
        if (href === DIFFERS) return <mark className={DIFFERING}>{children}</mark>;
        if (href?.match(OWN_DOCUMENT)) {
          return (
            <Link to={href} className="text-accent-text underline underline-offset-4">
              {children}
            </Link>
          );
        }
        // A document may have made the model write it: nothing is opened before its address was seen.
        const link = outsideLink(href);
        if (!link) return <span>{children}</span>;
        return (
          <button
            type="button"
            aria-haspopup="dialog"
            title={link.domain}
            onClick={() => setOpened(link)}
            className="inline cursor-pointer break-words text-left text-accent-text underline underline-offset-4"
          >
            <bdi>{children}</bdi>
          </button>
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
      {opened && (
        <Suspense>
          <LinkDialog link={opened} onClose={() => setOpened(null)} />
        </Suspense>
      )}
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
