import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { Notice } from '@/components/ui/Notice';
import type { FoundDocuments } from '@/services/search';
import { cn } from '@/utils/cn';
import { formatElapsed } from '@/utils/elapsed';
import { DocumentResult } from './DocumentResult';

interface ResultsProps {
  query: string;
  results: FoundDocuments;
  /** How many documents were asked for. */
  limit: number;
  /** These are the results of the query before, while the new ones are on their way. */
  stale: boolean;
  onMore: (() => void) | null;
  onOpen: () => void;
}

const PARTS = ['semantic', 'lexical'] as const;

/** What was found, the best document first. */
export function Results({ query, results, limit, stale, onMore, onOpen }: ResultsProps) {
  const { t } = useTranslation();
  const { hits, more, degraded, corrected, milliseconds } = results;
  const noWordFits = degraded.length === 0 && hits.every((hit) => hit.highlights.length === 0);
  return (
    <div aria-busy={stale} className={cn('transition-opacity', stale && 'opacity-55 delay-200')}>
      <p role="status" className="text-ink-3 text-sm tabular-nums">
        {t(hits.length < limit ? 'search.found' : 'search.foundBest', { count: hits.length })}
        {' · '}
        {formatElapsed(milliseconds)}
      </p>
      {corrected && (
        <Notice
          layout="line"
          tone="plain"
          className="mt-3"
          text={t('search.corrected', { corrected, query })}
        />
      )}
      {degraded.length > 0 && (
        <Notice
          layout="line"
          tone="warn"
          role="alert"
          className="mt-3"
          text={PARTS.filter((part) => degraded.includes(part))
            .map((part) => t(`search.degraded.${part}`))
            .join(' ')}
        />
      )}
      {noWordFits && <Notice layout="line" tone="plain" className="mt-3" text={t('search.meaningOnly')} />}
      <ol className="mt-2">
        {hits.map((hit) => (
          <DocumentResult
            key={`${query}:${hit.document_id}`}
            hit={hit}
            passages={more.get(hit.document_id) ?? []}
            onOpen={onOpen}
          />
        ))}
      </ol>
      {onMore && (
        <div className="mt-5 flex justify-center">
          <Button onClick={onMore} busy={stale} data-result="more">
            {t('search.showMore')}
          </Button>
        </div>
      )}
      {!onMore && hits.length === limit && (
        <p className="mt-5 text-center text-ink-3 text-sm">{t('search.narrow')}</p>
      )}
    </div>
  );
}
