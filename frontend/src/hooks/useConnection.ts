import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { getConnection } from '@/services/connections';
import { isGone } from '@/services/problem';
import { keys } from '@/services/queries';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';

const POLL_MS = 2000;

interface List {
  items: Connection[];
}

/**
 * One connection as it is at this moment: the only place that follows a synchronisation. While one is under way it is
 * asked for again and again; the list takes over what it says, and what hangs on it is asked for anew.
 *
 * `known`: what a list knew of it; it is then followed only while something is under way.
 */
export function useConnection(id: string, known?: Connection) {
  const queries = useQueryClient();
  const connection = useQuery({
    queryKey: keys.connection(id),
    queryFn: async ({ signal }) => {
      const found = await getConnection(id, signal);
      queries.setQueryData<List>(
        keys.connectionList,
        (old) => old && { items: old.items.map((one) => (one.id === id ? found : one)) },
      );
      return found;
    },
    enabled: known === undefined || isBusy(known),
    placeholderData: known,
    staleTime: 0,
    refetchInterval: ({ state: { data, error } }) =>
      data && isBusy(data) && !isGone(error) ? POLL_MS : false,
  });
  useFollowers(id, connection.isPlaceholderData ? undefined : connection.data);
  return connection;
}

/** Asks anew for runs, items and documents when a synchronisation has moved on. */
function useFollowers(id: string, connection: Connection | undefined): void {
  const queries = useQueryClient();
  const before = useRef<{ busy: boolean; moved: string } | undefined>(undefined);
  useEffect(() => {
    if (!connection) return;
    const now = { busy: isBusy(connection), moved: JSON.stringify([connection.progress, connection.items]) };
    const was = before.current;
    before.current = now;
    if (!was || (was.moved === now.moved && was.busy === now.busy)) return;
    const ended = was.busy && !now.busy;
    void queries.invalidateQueries({ queryKey: keys.connectionRuns(id) });
    void queries.invalidateQueries({
      queryKey: keys.connectionItems(id),
      // A ledger that somebody has scrolled through is not fetched whole at each step.
      predicate: ({ state }) => ended || ((state.data as InfiniteData<unknown>)?.pages.length ?? 0) <= 1,
    });
    if (!ended) return;
    void queries.invalidateQueries({ queryKey: keys.documents });
    void queries.invalidateQueries({ queryKey: keys.searches });
  }, [id, connection, queries]);
}
