const APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

const LABELS: Record<string, string> = {
  mod: APPLE ? '⌘' : 'Ctrl',
  shift: APPLE ? '⇧' : 'Shift',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
};

export const keyLabel = (key: string): string => LABELS[key.toLowerCase()] ?? key.toUpperCase();

interface KeyPress {
  key: string;
  metaKey: boolean;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether a key press is the named combination, e.g. "mod+shift+o". Mod is Command on Apple keyboards, else Control. */
export function matchesKeys(event: KeyPress, keys: string): boolean {
  const wanted = keys.toLowerCase().split('+');
  const key = wanted.at(-1) ?? '';
  const mod = APPLE ? event.metaKey : event.ctrlKey;
  const otherMod = APPLE ? event.ctrlKey : event.metaKey;
  return (
    event.key.toLowerCase() === key &&
    mod === wanted.includes('mod') &&
    !otherMod &&
    !event.altKey &&
    // A shifted sign such as "?" already says so by itself.
    (event.shiftKey === wanted.includes('shift') || (key.length === 1 && !/[a-z0-9]/.test(key)))
  );
}
