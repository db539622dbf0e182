import { useSyncExternalStore } from 'react';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'biblios:theme';
const listeners = new Set<() => void>();
const systemDark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

let theme: Theme = stored();

/** Sets what `public/theme.js` set before the first paint. */
function apply(): void {
  const dark = theme === 'dark' || (theme === 'system' && (systemDark?.matches ?? false));
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#15171d' : '#fcfcfd');
  for (const listener of listeners) listener();
}

systemDark?.addEventListener('change', apply);
globalThis.addEventListener?.('storage', (event) => {
  if (event.key !== KEY) return;
  theme = stored();
  apply();
});

export function setTheme(next: Theme): void {
  theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage is blocked: the choice holds until the page is left.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);
