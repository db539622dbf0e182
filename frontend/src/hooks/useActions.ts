import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listenToActions } from '@/services/actionEvents';
import {
  type ActionFilters,
  beginReply,
  countAwaiting,
  getAction,
  listActions,
  listWays,
} from '@/services/actions';
import { isGone } from '@/services/problem';
import { keys } from '@/services/queries';
import type { ActionKind } from '@/services/types';
import { ON_ITS_WAY } from '@/utils/actionMoves';

/** Also asked for when the window is looked at again, and after whatever is decided here. */
const AWAITING_MS = 300_000;
const POLL_MS = 2000;

/** Actions that fit, newest first, page by page. */
export const useActions = (filters: ActionFilters) =>
  useInfiniteQuery({
    queryKey: keys.actionList(filters),
    queryFn: ({ pageParam, signal }) => listActions(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** One action as it is now; while it is on its way it is asked for again where the server does not tell. */
export function useAction(id: string, told: boolean) {
  return useQuery({
    queryKey: keys.action(id),
    queryFn: ({ signal }) => getAction(id, signal),
    staleTime: 0,
    refetchInterval: ({ state: { data, error } }) =>
      data && !told && !isGone(error) && ON_ITS_WAY.some((one) => one === data.status) ? POLL_MS : false,
  });
}

/** What the navigation tells of actions: how many wait for a decision. */
export function useAwaiting() {
  const count =
    useQuery({
      queryKey: keys.actionsAwaiting,
      queryFn: ({ signal }) => countAwaiting(signal),
      select: ({ count }) => count,
      refetchInterval: AWAITING_MS,
    }).data ?? 0;
  return count > 0 ? ({ count, label: 'nav.awaiting' } as const) : null;
}

/** By which accounts something can leave; of one kind, if one is given. */
export const useWays = (kind?: ActionKind, enabled = true) =>
  useQuery({
    queryKey: keys.ways,
    queryFn: ({ signal }) => listWays(signal),
    enabled,
    select: ({ items }) => (kind ? items.filter((way) => way.kind === kind) : items),
  });

/** What an answer to a mail begins with, as the mail is now; it does not change while it is written. */
export const useReply = (documentId: string, all: boolean, enabled: boolean) =>
  useQuery({
    queryKey: keys.reply(documentId, all),
    queryFn: ({ signal }) => beginReply(documentId, all, signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

const isOfActions = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] !== keys.ways[1];

/** Asks anew for what is shown of actions when the server tells of a change; whether it does. */
export function useActionEvents(): boolean {
  const queries = useQueryClient();
  const [told, setTold] = useState(false);
  useEffect(() => {
    const shown = { queryKey: keys.actions, predicate: isOfActions };
    const anew = () => queries.invalidateQueries(shown);
    return listenToActions({
      onRegistered: () => {
        setTold(true);
        // What is on its way for the first time may have been looked up before the server took note.
        const first = queries
          .getQueryCache()
          .findAll(shown)
          .some(({ state }) => state.data === undefined);
        void anew().then(() => (first ? anew() : undefined));
      },
      onRefused: () => setTold(false),
      onEvent: (event) => {
        if (event.type === 'error') setTold(false);
        else void anew();
      },
    });
  }, [queries]);
  return told;
}
