import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { getConnection } from '@/services/connections';
import { isGone } from '@/services/problem';
import { keys } from '@/services/queries';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';

const POLL_MS = 2000;
/** What begins later than this is seen when somebody comes back to the page. */
const AHEAD_MS = 3_600_000;

interface List {
  items: Connection[];
}

/**
 * One connection as it is at this moment: the only place that follows a synchronisation. While one is under way it is
 * asked for again and again, between two when the next begins; the list takes over what it says, and what hangs on it is
 * asked for anew.
 *
 * `known`: what the list says of it; it is then followed only while something is under way or waits, and the list says
 * what was found.
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
    enabled: known === undefined || known.status === 'waiting' || isBusy(known),
    staleTime: 0,
    refetchInterval: ({ state: { data, error } }) => (data && !isGone(error) ? untilNext(data) : false),
  });
  useFollowers(id, connection.data);
  return connection;
}

/** When there is something to see: soon while a synchronisation is under way, else when the next one begins. */
function untilNext(connection: Connection): number | false {
  if (isBusy(connection)) return POLL_MS;
  const left = connection.next_sync_at ? Date.parse(connection.next_sync_at) - Date.now() : AHEAD_MS;
  return left < AHEAD_MS ? left + POLL_MS : false;
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
    const ended = !now.busy;
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
