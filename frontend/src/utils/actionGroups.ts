import type { Action } from '@/services/types';

/** One action, or several of a list that were proposed together. */
export type Entry = { group: null; action: Action } | { group: string; actions: Action[] };

/** A list with what belongs together at the place of the first of it. */
export function grouped(actions: readonly Action[]): Entry[] {
  const entries: Entry[] = [];
  const groups = new Map<string, Action[]>();
  for (const action of actions) {
    const { group, group_size } = action;
    const known = group ? groups.get(group) : undefined;
    if (!group || (group_size ?? 0) < 2) entries.push({ group: null, action });
    else if (known) known.push(action);
    else {
      const begun = [action];
      groups.set(group, begun);
      entries.push({ group, actions: begun });
    }
  }
  return entries;
}
