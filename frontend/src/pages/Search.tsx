import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { SearchX, TextSearch } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Skeleton, SkeletonText } from '@/components/Skeleton';
import { Results } from '@/components/search/Results';
import { SearchFilterBar } from '@/components/search/SearchFilterBar';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { SearchInput } from '@/components/ui/SearchInput';
import { useDebounced } from '@/hooks/useDebounced';
import { usePageTitle } from '@/hooks/usePageTitle';
import { filtersOf, useSearchState } from '@/hooks/useSearchState';
import { keys } from '@/services/queries';
import { search } from '@/services/search';

const LIMIT = 40;
const TYPING_PAUSE_MS = 220;

/** Finds the passages themselves, without an answer. */
export default function Search() {
  const { t } = useTranslation();
  const [state, change] = useSearchState();
  const [typed, setTyped] = useState(state.q);
  const [now] = useState(() => Date.now());
  const rested = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  usePageTitle(state.q ? `${state.q} · ${t('search.title')}` : t('search.title'));

  const apply = useEffectEvent((q: string) => {
    if (q !== state.q) change({ q });
  });
  useEffect(() => apply(rested), [rested]);
  // The address may change by itself, e.g. from the command palette.
  const follow = useEffectEvent((q: string) => {
    if (q !== typed.trim()) setTyped(q);
  });
  useEffect(() => follow(state.q), [state.q]);

  const filters = filtersOf(state, now);
  const filtered = Object.values(filters).some(Boolean);
  const results = useQuery({
    queryKey: keys.search(state.q, filters),
    queryFn: ({ signal }) => search(state.q, filters, { limit: LIMIT, group: 'chunk' }, signal),
    enabled: state.q.length > 0,
    placeholderData: keepPreviousData,
  });
  const clearFilters = () =>
    change({
      kind: [],
      source: [],
      author: [],
      language: [],
      period: undefined,
      after: undefined,
      before: undefined,
    });

  return (
    <div className="mx-auto w-full max-w-[52rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8">
      <h1 className="font-semibold text-xl">{t('search.title')}</h1>
      <search className="mt-4 block">
        <SearchInput
          label={t('search.label')}
          placeholder={t('search.placeholder')}
          value={typed}
          onChange={setTyped}
          autoFocus
          className="h-11"
        />
        <SearchFilterBar state={state} onChange={change} onClear={filtered ? clearFilters : null} />
      </search>
      <div className="mt-6">
        {!state.q ? (
          <EmptyState icon={TextSearch} title={t('search.introTitle')} text={t('search.introText')} />
        ) : results.isPending ? (
          <ResultsSkeleton />
        ) : results.isError ? (
          <ErrorMessage
            title={t('search.errorTitle')}
            error={results.error}
            onRetry={() => void results.refetch()}
          />
        ) : results.data.hits.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={t('search.emptyTitle')}
            text={t('search.emptyText', { query: state.q })}
          >
            {filtered && <Button onClick={clearFilters}>{t('common.clearAll')}</Button>}
          </EmptyState>
        ) : (
          <Results
            hits={results.data.hits}
            degraded={results.data.degraded}
            stale={results.isPlaceholderData}
          />
        )}
      </div>
    </div>
  );
}

function ResultsSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" aria-label={t('common.loading')} className="space-y-8 pt-8">
      {['w-56', 'w-72', 'w-48'].map((width) => (
        <div key={width}>
          <Skeleton className={`h-4 ${width}`} />
          <SkeletonText lines={3} className="mt-3" />
        </div>
      ))}
    </div>
  );
}
