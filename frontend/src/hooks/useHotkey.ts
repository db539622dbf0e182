import { useEffect, useEffectEvent } from 'react';
import { matchesKeys } from '@/utils/platform';

/** Where a bare sign is meant to be typed. */
const TYPING = 'input, textarea, select, [contenteditable="true"], [role="dialog"] *';

/**
 * Runs the action when the keys are pressed anywhere on the page. Combinations work while a field has the focus, too;
 * a bare sign such as "/" does not, since there it is text.
 */
export function useHotkey(keys: string, action: (event: KeyboardEvent) => void, enabled = true): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || !matchesKeys(event, keys)) return;
    const bare = keys.length === 1;
    if (bare && event.target instanceof Element && event.target.matches(TYPING)) return;
    event.preventDefault();
    action(event);
  });
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}
