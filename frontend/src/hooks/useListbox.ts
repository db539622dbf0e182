import { type KeyboardEvent, useState } from 'react';

/**
 * Which of the options under a field Enter takes, and the keys that move it. The focus stays in the field.
 * `onKeyDown` tells whether the key was meant for the list.
 */
export function useListbox<T>(options: readonly T[], onChoose: (option: T) => void, onClose: () => void) {
  const [pointed, setPointed] = useState(0);
  const active = Math.min(pointed, Math.max(0, options.length - 1));
  function onKeyDown(event: KeyboardEvent): boolean {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const chosen = options[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (options.length === 0) return false;
      const step = event.key === 'ArrowDown' ? 1 : options.length - 1;
      setPointed((active + step) % options.length);
    } else if (event.key === 'Enter' && chosen !== undefined) {
      onChoose(chosen);
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
  return { active, point: setPointed, onKeyDown };
}
