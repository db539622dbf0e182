import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterChips } from '@/components/search/FilterChips';
import { NothingFound } from '@/components/search/NothingFound';
import { Results } from '@/components/search/Results';
import { ResultsSkeleton } from '@/components/search/ResultsSkeleton';
import { SearchFilterBar } from '@/components/search/SearchFilterBar';
import { SearchStart } from '@/components/search/SearchStart';
import { Loaded } from '@/components/ui/Loaded';
import { SearchInput } from '@/components/ui/SearchInput';
import { useUser } from '@/contexts/AuthContext';
import { usePageTitle } from '@/hooks/usePageTitle';
import { useQueryText } from '@/hooks/useQueryText';
import { useResultKeys } from '@/hooks/useResultKeys';
import { useSearch } from '@/hooks/useSearch';
import { filtersOf, NO_FILTERS, paramsOf, useSearchState } from '@/hooks/useSearchState';
import { MAX_DOCUMENTS } from '@/services/search';
import { rememberSearch } from '@/utils/recentSearches';

/** How many documents are asked for, step by step. */
const LIMITS = [20, MAX_DOCUMENTS] as const;
const MAX_QUERY_CHARS = 2000;

/** Finds the passages themselves, without an answer, at `/search?q=`. */
export default function Search() {
  const { t } = useTranslation();
  const user = useUser();
  const root = useRef<HTMLDivElement>(null);
  const [state, change] = useSearchState();
  const [now] = useState(() => Date.now());
  const { typed, setTyped, submit } = useQueryText(state.q, (q) => change({ q }));
  usePageTitle(state.q ? `${state.q} · ${t('search.title')}` : t('search.title'));

  const address = paramsOf(state).toString();
  const [more, setMore] = useState({ address, step: 0 });
  const step = more.address === address ? more.step : 0;
  const limit = LIMITS[step] ?? LIMITS[0];

  const filters = filtersOf(state, now);
  const filtered = Object.values(filters).some(Boolean);
  const results = useSearch(state.q, filters, limit);
  const onKeyDown = useResultKeys(root, results.data !== undefined);
  const remember = () => rememberSearch(user.id, state.q);

  function found(answer: NonNullable<typeof results.data>) {
    if (answer.hits.length === 0) {
      return <NothingFound query={state.q} onClear={filtered ? () => change(NO_FILTERS) : null} />;
    }
    const mayBeMore = answer.hits.length >= limit && step + 1 < LIMITS.length;
    return (
      <Results
        query={state.q}
        results={answer}
        limit={limit}
        stale={results.isPlaceholderData}
        onMore={mayBeMore ? () => setMore({ address, step: step + 1 }) : null}
        onOpen={remember}
      />
    );
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between the field and the results inside
    <div
      ref={root}
      onKeyDown={onKeyDown}
      className="mx-auto w-full max-w-[52rem] px-4 pt-6 pb-20 sm:px-8 sm:pt-8"
    >
      <h1 className="font-semibold text-xl">{t('search.title')}</h1>
      <search className="mt-4 block">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit();
            rememberSearch(user.id, typed);
          }}
        >
          <SearchInput
            label={t('search.label')}
            placeholder={t('search.placeholder')}
            value={typed}
            onChange={setTyped}
            maxLength={MAX_QUERY_CHARS}
            enterKeyHint="search"
            autoComplete="off"
            autoFocus={!state.q}
            className="h-11"
          />
        </form>
        <SearchFilterBar state={state} onChange={change} />
        <FilterChips state={state} onChange={change} />
      </search>
      <div className="mt-6">
        {state.q ? (
          <Loaded
            query={results}
            errorTitle={t('search.errorTitle')}
            layout="page"
            skeleton={<ResultsSkeleton />}
          >
            {found}
          </Loaded>
        ) : (
          <SearchStart />
        )}
      </div>
    </div>
  );
}
