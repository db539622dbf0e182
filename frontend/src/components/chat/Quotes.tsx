import { SourceCitation } from '@/components/SourceCitation';
import type { Citation } from '@/services/types';
import { citedStretches } from '@/utils/citations';
import { citationTarget } from './panelPaths';

interface QuotesProps {
  text: string;
  citations: readonly Citation[];
  messageId: string;
  activeIndex: number | null;
}

/** An answer without a language model: sentences of the library, word for word, each set as a quotation. */
export function Quotes({ text, citations, messageId, activeIndex }: QuotesProps) {
  return (
    <div className="space-y-3">
      {citedStretches(text, citations)
        .filter((stretch) => stretch.text.trim())
        .map((stretch) => (
          <blockquote
            key={stretch.citations[0]?.index ?? 'rest'}
            className="animate-rise border-mark-strong border-l-[3px] pl-4 text-[1.0313rem] leading-[1.68]"
          >
            <span className="whitespace-pre-wrap">{stretch.text.trim()}</span>{' '}
            {stretch.citations.map((citation) => (
              <SourceCitation
                key={citation.index}
                citation={citation}
                to={citationTarget(messageId, citation)}
                active={citation.index === activeIndex}
              />
            ))}
          </blockquote>
        ))}
    </div>
  );
}
