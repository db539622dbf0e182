import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { SearchFilters } from '@/services/search';
import { KINDS, type Kind } from '@/services/types';

export const PERIODS = ['week', 'month', 'year'] as const;
export type Period = (typeof PERIODS)[number];
const PERIOD_DAYS: Record<Period, number> = { week: 7, month: 30, year: 365 };
const DAY_MS = 86_400_000;
const MAX_QUERY_CHARS = 2000;

export interface SearchState {
  q: string;
  kind: Kind[];
  source: string[];
  author: string[];
  language: string[];
  period: Period | undefined;
  /** Calendar days, e.g. 2026-03-04. */
  after: string | undefined;
  before: string | undefined;
}

const day = (value: string | null) => (value && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

/** What is searched for, kept in the address. */
export function useSearchState(): [SearchState, (next: Partial<SearchState>) => void] {
  const [params, setParams] = useSearchParams();
  const state = useMemo<SearchState>(
    () => ({
      q: (params.get('q') ?? '').slice(0, MAX_QUERY_CHARS),
      kind: KINDS.filter((kind) => params.getAll('kind').includes(kind)),
      source: params.getAll('source'),
      author: params.getAll('author'),
      language: params.getAll('language'),
      period: PERIODS.find((period) => period === params.get('period')),
      after: day(params.get('after')),
      before: day(params.get('before')),
    }),
    [params],
  );
  const change = (next: Partial<SearchState>) => {
    const entries = Object.entries({ ...state, ...next }).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).flatMap((item) => (item ? [[key, item]] : [])),
    );
    setParams(new URLSearchParams(entries), { replace: true });
  };
  return [state, change];
}

/** The filters as the server takes them. Days are the reader's own, and both ends belong to the range. */
export function filtersOf(state: SearchState, now: number): SearchFilters {
  const list = <T>(values: T[]) => (values.length > 0 ? values : undefined);
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const since =
    state.period && new Date(midnight.getTime() - PERIOD_DAYS[state.period] * DAY_MS).toISOString();
  const until =
    state.before && new Date(new Date(`${state.before}T00:00:00`).getTime() + DAY_MS).toISOString();
  return {
    kind: list(state.kind),
    source: list(state.source),
    author: list(state.author),
    language: list(state.language),
    after: since ?? (state.after && new Date(`${state.after}T00:00:00`).toISOString()),
    before: state.period ? undefined : until,
  };
}
