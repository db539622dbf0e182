import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useDebounced } from './useDebounced';

const TYPING_PAUSE_MS = 220;

/**
 * The text of a search field whose query lives in the address.
 *
 * It is applied when typing rests, or at once by `submit`. The address may also change by itself (the command palette,
 * the back button): the field then follows. What the field itself has applied comes back when more was typed already,
 * perhaps one query after the other, so those must not be followed.
 */
export function useQueryText(query: string, onApply: (query: string) => void) {
  const [typed, setTyped] = useState(query);
  /** What was applied and has not come back yet, after what the address says. Never empty. */
  const applied = useRef([query]);
  const rested = useDebounced(typed.trim(), TYPING_PAUSE_MS);

  const apply = (next: string) => {
    if (next === applied.current.at(-1)) return;
    applied.current.push(next);
    onApply(next);
  };
  const applyRested = useEffectEvent(apply);
  useEffect(() => applyRested(rested), [rested]);

  const follow = useEffectEvent((next: string) => {
    const own = applied.current.indexOf(next);
    applied.current = own === -1 ? [next] : applied.current.slice(own);
    if (own === -1) setTyped(next);
  });
  useEffect(() => follow(query), [query]);

  return { typed, setTyped, submit: () => apply(typed.trim()) };
}
