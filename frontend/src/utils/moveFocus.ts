import type { KeyboardEvent } from 'react';

/** The arrow keys lead from choice to choice (`data-choice`), without an end at which they jump. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const choices = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-choice]')];
  const at = choices.indexOf(document.activeElement as HTMLElement);
  const next = choices[event.key === 'ArrowDown' ? at + 1 : at - 1];
  event.preventDefault();
  next?.focus();
}
