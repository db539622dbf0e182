import { act, renderHook, waitFor } from '@testing-library/react';
import { flushSync } from 'react-dom';
import { expect, it, vi } from 'vitest';
import { useFind } from './useFind';

const TEXT = 'the harbour, the hall, the harbour, the hand, the harbour';
const PLACES = [4, 27, 50];

function finding(from = 0) {
  const host = { current: null };
  const drawn = renderHook(() => useFind({ text: TEXT, hidden: [], from, host, everywhere: true }));
  act(() => drawn.result.current.show());
  return drawn;
}

it('steps forwards and backwards, around both ends', () => {
  const { result } = finding(10);
  act(() => result.current.setQuery('harbour'));
  const seen = [result.current.current?.start];
  for (const by of [1, 1, -1, -1, -1] as const) {
    act(() => result.current.step(by));
    seen.push(result.current.current?.start);
  }
  expect(seen).toEqual([1, 2, 0, 2, 1, 0].map((at) => PLACES[at]));
});

it('forgets the steps once other words are looked for', () => {
  const { result } = finding();
  act(() => result.current.setQuery('harbour'));
  act(() => result.current.step(1));
  act(() => result.current.setQuery('the'));
  expect(result.current.at).toBe(0);
});

it('finds nothing of nothing, however often it steps', () => {
  const { result } = finding();
  act(() => result.current.setQuery('lamp'));
  act(() => result.current.step(1));
  expect([result.current.at, result.current.current]).toEqual([0, null]);
});

it('takes a step that comes before the words were looked for', async () => {
  const { result } = finding();
  act(() => result.current.setQuery('ha'));
  // As in a browser: what is typed is drawn at once, what is found a little later.
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  flushSync(() => result.current.setQuery('harbour'));
  expect(result.current.found.length).toBe(5);
  flushSync(() => result.current.step(1));
  await waitFor(() => expect(result.current.found.length).toBe(3));
  vi.unstubAllGlobals();
  expect(result.current.current?.start).toBe(PLACES[1]);
});
