import { describe, expect, it } from 'vitest';
import { filtersOf, paramsOf, stateOf } from './useSearchState';

const NOW = new Date(2026, 2, 30, 15, 0).getTime();
const state = (query: string) => stateOf(new URLSearchParams(query));

describe('what is searched for', () => {
  it('survives the way through the address', () => {
    const query = 'q=a+b&kind=pdf&kind=email&author=Ada&tag=x&after=2026-01-01&before=2026-02-28';
    expect(paramsOf(state(query)).toString()).toBe(query);
  });

  it('ignores nonsense in the address', () => {
    const { kind, period, after, before } = state('kind=spell&period=eon&after=2026-02-30&before=soon');
    expect({ kind, period, after, before }).toEqual({
      kind: [],
      period: undefined,
      after: undefined,
      before: undefined,
    });
  });

  it('takes each value once, and no more than the server does', () => {
    const many = Array.from({ length: 80 }, (_, n) => `author=${n % 60}`).join('&');
    expect(state(many).author).toHaveLength(50);
  });

  it('counts both ends of a range, in the days of the reader', () => {
    const { after, before } = filtersOf(state('after=2026-03-28&before=2026-03-29'), NOW);
    expect(after).toBe(new Date(2026, 2, 28).toISOString());
    expect(before).toBe(new Date(2026, 2, 30).toISOString());
  });

  it('lets a period win over days', () => {
    const { after, before } = filtersOf(state('period=week&after=2020-01-01&before=2020-01-02'), NOW);
    expect(new Date(after ?? 0).getTime()).toBeGreaterThan(NOW - 9 * 86_400_000);
    expect(before).toBeUndefined();
  });

  it('sends no filter that is empty', () => {
    expect(Object.values(filtersOf(state('q=x'), NOW)).filter((value) => value !== undefined)).toEqual([]);
  });
});
