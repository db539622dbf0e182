import { TriangleAlert } from 'lucide-react';
import { HoverCard } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePlace } from '@/hooks/usePlace';
import type { Citation } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatDate } from '@/utils/format';
import { SourceName } from './SourceName';
import { Tooltip } from './ui/Tooltip';

const CHIP =
  'mx-px inline-grid h-[1.2rem] min-w-[1.2rem] select-none place-items-center rounded-md px-1 align-[0.1em] font-semibold font-sans text-2xs no-underline transition-colors duration-100';
const CHIP_OF: Record<Citation['support'], string> = {
  matched: 'bg-accent-soft text-accent-text hover:bg-accent hover:text-on-accent',
  weak: 'bg-warn-soft text-warn hover:bg-warn hover:text-canvas',
  contradicted: 'bg-danger-soft text-danger hover:bg-danger hover:text-canvas',
};
/** What is said of the support, the same at length, and the colours of the words and of the dot. */
const MARK_OF = {
  matched: ['chat.matched', 'chat.matchedText', 'text-ok', 'bg-ok'],
  weak: ['chat.weak', 'chat.weakText', 'text-warn', 'bg-warn'],
  contradicted: ['chat.contradicted', 'chat.contradictedText', 'text-danger', 'bg-danger'],
} as const satisfies Record<Citation['support'], readonly string[]>;
const QUOTE_CHARS = 320;

interface SourceCitationProps {
  citation: Citation;
  /** Opens the document at the passage. */
  to: string;
  active: boolean;
}

/** The chip after a cited sentence. */
export function SourceCitation(props: SourceCitationProps) {
  return props.citation.closed ? <ClosedChip index={props.citation.index} /> : <OpenChip {...props} />;
}

/** That there was a source is all that can be said of it. */
function ClosedChip({ index }: { index: number }) {
  const { t } = useTranslation();
  const title = t('chat.closedSource');
  return (
    <Tooltip label={title}>
      <button
        type="button"
        aria-label={t('chat.citation', { index, title })}
        className={cn(CHIP, 'cursor-help bg-hover text-ink-3')}
      >
        {index}
      </button>
    </Tooltip>
  );
}

/** Hovering shows the words it rests on, clicking opens the document at them; then they are in sight already. */
function OpenChip({ citation, to, active }: SourceCitationProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const place = usePlace()(citation);
  const { support } = citation;
  const label = t('chat.citation', { index: citation.index, title: citation.title });
  const quote =
    citation.quote.length > QUOTE_CHARS ? `${citation.quote.slice(0, QUOTE_CHARS)}…` : citation.quote;
  return (
    <HoverCard.Root open={open && !active} onOpenChange={setOpen} openDelay={180} closeDelay={120}>
      <HoverCard.Trigger asChild>
        <Link
          to={to}
          replace={active}
          preventScrollReset
          onClick={() => setOpen(false)}
          aria-label={support === 'contradicted' ? `${label}. ${t('chat.contradictedText')}` : label}
          className={cn(CHIP, active ? 'bg-accent text-on-accent' : CHIP_OF[support])}
        >
          {support === 'contradicted' ? (
            <span className="inline-flex items-center gap-0.5">
              <TriangleAlert className="size-3" aria-hidden />
              {citation.index}
            </span>
          ) : (
            citation.index
          )}
        </Link>
      </HoverCard.Trigger>
      <HoverCard.Portal container={document.getElementById('content')}>
        <HoverCard.Content
          side="top"
          sideOffset={6}
          collisionPadding={12}
          className="z-30 w-[min(23rem,calc(100vw-1.5rem))] animate-in rounded-xl border bg-surface p-4 text-left shadow-lg"
        >
          <p className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-semibold text-base">{citation.title}</span>
            {citation.modified_at && (
              <span className="shrink-0 text-ink-3 text-xs">{formatDate(citation.modified_at)}</span>
            )}
          </p>
          <p className="mt-2 line-clamp-6 text-base text-ink-2 leading-relaxed">
            <mark className="!text-on-mark px-0.5">{quote}</mark>
          </p>
          <p className="mt-2.5 flex min-w-0 items-center gap-2 text-ink-3 text-xs">
            <SupportMark support={citation.support} />
            {place && (
              <span className="min-w-0 truncate" title={place}>
                {place}
              </span>
            )}
            {citation.connection && <SourceName source={citation.source} connection={citation.connection} />}
          </p>
          {citation.flags && citation.flags.length > 0 && (
            <p className="mt-2 flex items-start gap-1.5 text-warn text-xs">
              <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
              {t(support === 'contradicted' ? 'chat.differs' : 'chat.flags', {
                words: citation.flags.join(', '),
              })}
            </p>
          )}
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

/** Whether the passage carries the sentence; a check of words, not of truth, so it never says "verified". */
export function SupportMark({ support }: { support: Citation['support'] }) {
  const { t } = useTranslation();
  const [said, atLength, text, dot] = MARK_OF[support];
  return (
    <span title={t(atLength)} className={cn('inline-flex items-center gap-1.5 font-medium text-xs', text)}>
      <span aria-hidden className={cn('size-1.5 rounded-full', dot)} />
      {t(said)}
    </span>
  );
}
