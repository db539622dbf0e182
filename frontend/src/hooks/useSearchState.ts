import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { SearchFilters } from '@/services/search';
import { KINDS, type Kind } from '@/services/types';

export const PERIODS = ['week', 'month', 'year'] as const;
export type Period = (typeof PERIODS)[number];
const PERIOD_DAYS: Record<Period, number> = { week: 7, month: 30, year: 365 };
const DAY_MS = 86_400_000;
const MAX_QUERY_CHARS = 2000;
/** Of each filter; the server takes no more. */
const MAX_VALUES = 50;

export interface SearchState {
  q: string;
  kind: Kind[];
  source: string[];
  connection: string[];
  author: string[];
  language: string[];
  tag: string[];
  /** A folder; what lies in it. */
  path: string | undefined;
  period: Period | undefined;
  /** Calendar days, e.g. 2026-03-04. */
  after: string | undefined;
  before: string | undefined;
}

/** The filters that take any number of values. */
export const LISTS = ['kind', 'source', 'connection', 'author', 'language', 'tag'] as const;
export type ListFilter = (typeof LISTS)[number];

export const NO_FILTERS = {
  kind: [],
  source: [],
  connection: [],
  author: [],
  language: [],
  tag: [],
  path: undefined,
  period: undefined,
  after: undefined,
  before: undefined,
} satisfies Omit<SearchState, 'q'>;

/** A day that exists: 2026-02-30 has the shape of one. */
function dayOf(value: string | null): string | undefined {
  if (!value || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const time = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value) ? value : undefined;
}

export function stateOf(params: URLSearchParams): SearchState {
  const all = (name: string) => [...new Set(params.getAll(name).filter(Boolean))].slice(0, MAX_VALUES);
  const kinds = all('kind');
  return {
    q: (params.get('q') ?? '').trim().slice(0, MAX_QUERY_CHARS),
    kind: KINDS.filter((kind) => kinds.includes(kind)),
    source: all('source'),
    connection: all('connection'),
    author: all('author'),
    language: all('language'),
    tag: all('tag'),
    path: params.get('path') || undefined,
    period: PERIODS.find((period) => period === params.get('period')),
    after: dayOf(params.get('after')),
    before: dayOf(params.get('before')),
  };
}

export function paramsOf(state: SearchState): URLSearchParams {
  const entries = Object.entries(state).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((item) => (item ? [[key, item]] : [])),
  );
  return new URLSearchParams(entries);
}

/** What is searched for, kept in the address: it survives a reload and can be bookmarked or sent. */
export function useSearchState(): [SearchState, (next: Partial<SearchState>) => void] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => stateOf(params), [params]);
  const change = (next: Partial<SearchState>) =>
    setParams((latest) => paramsOf({ ...stateOf(latest), ...next }), { replace: true });
  return [state, change];
}

/** The filters as the server takes them. Days are the reader's own, and both ends belong to the range. */
export function filtersOf(state: SearchState, now: number): SearchFilters {
  const list = <T>(values: T[]) => (values.length > 0 ? values : undefined);
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const since =
    state.period && new Date(midnight.getTime() - PERIOD_DAYS[state.period] * DAY_MS).toISOString();
  return {
    kind: list(state.kind),
    source: list(state.source),
    connection: list(state.connection),
    author: list(state.author),
    language: list(state.language),
    tag: list(state.tag),
    path: state.path ? [state.path] : undefined,
    after: since ?? (state.after && startOfDay(state.after, 0)),
    before: state.period || !state.before ? undefined : startOfDay(state.before, 1),
  };
}

/** The first moment of a day here, some days later; not 24 hours each, since clocks change. */
function startOfDay(day: string, later: number): string {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start.toISOString();
}
