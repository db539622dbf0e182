import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent } from 'react';
import { useNavigationType } from 'react-router';
import { useHotkey } from './useHotkey';

/** Where the reader left for a document, so that the way back leads to the same place. Only for this visit. */
let left: string | null = null;

export const leaveAt = (result: string): void => {
  left = result;
};

const focusable = (root: HTMLElement | null) => [
  ...(root?.querySelectorAll<HTMLElement>('[data-result]') ?? []),
];

/**
 * Arrow keys and j/k go through what carries `data-result` inside `root`; upwards from the first into the search field.
 * Returns the handler for arrow keys within `root`. `ready`: results are drawn.
 */
export function useResultKeys(root: RefObject<HTMLElement | null>, ready: boolean) {
  const way = useNavigationType();

  function move(step: 1 | -1): boolean {
    const results = focusable(root.current);
    const at = results.indexOf(document.activeElement as HTMLElement);
    if (at === -1 && step === -1) return false;
    const next =
      at === 0 && step === -1
        ? root.current?.querySelector<HTMLElement>('input[type="search"]')
        : results[at + step];
    next?.focus();
    return Boolean(next);
  }

  useHotkey('j', () => move(1));
  useHotkey('k', () => move(-1));

  const comeBack = useEffectEvent(() => {
    if (way !== 'POP' || left === null) return;
    focusable(root.current)
      .find((result) => result.dataset.result === left)
      ?.focus();
    left = null;
  });
  useEffect(() => {
    if (ready) comeBack();
  }, [ready]);

  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const target = event.target as HTMLElement;
    const inField = target.matches('input[type="search"]');
    if (!inField && target.dataset.result === undefined) return;
    if (inField && event.key === 'ArrowUp') return;
    if (move(event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
  };
}
