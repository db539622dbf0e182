import { useState } from 'react';
import type { Action } from '@/services/types';
import { movesOf } from '@/utils/actionMoves';

/** Only what can be approved can be chosen: a draft has to be completed first. */
export const isSelectable = (action: Action) => movesOf(action).includes('approve');

/** The most that are decided on at once. */
export const MOST_AT_ONCE = 100;

/**
 * What of a list is ticked, by id, the first of the list up to what can be decided on at once. What is not there any
 * more, or waits no longer, is not ticked either.
 */
export function useSelection(actions: readonly Action[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selectable = actions.filter(isSelectable);
  const selected = selectable.filter(({ id }) => ids.has(id)).slice(0, MOST_AT_ONCE);
  const ticked = new Set(selected.map(({ id }) => id));
  return {
    selectable,
    selected,
    isFull: selected.length === MOST_AT_ONCE && selectable.length > MOST_AT_ONCE,
    isSelected: (id: string) => ticked.has(id),
    select: (changed: readonly string[], on: boolean) =>
      setIds((old) => {
        const next = new Set([...old].filter((id) => ticked.has(id)));
        for (const id of changed) {
          if (!on) next.delete(id);
          else if (next.size < MOST_AT_ONCE) next.add(id);
        }
        return next;
      }),
    clear: () => setIds(new Set()),
  };
}

export type Selection = ReturnType<typeof useSelection>;
