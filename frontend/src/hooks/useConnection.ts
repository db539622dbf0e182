import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { listenToConnection } from '@/services/connectionEvents';
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
 * One connection as it is at this moment: the only place that follows a synchronisation. The server tells what becomes of
 * it; a list of many, which would take a stream for each, asks again while one is under way, and so does a page that the
 * server refuses a stream. The list takes over what is found, and what hangs on it is asked for anew.
 *
 * `known`: what the list says of it; it is then followed only while something is under way or waits.
 */
export function useConnection(id: string, known?: Connection) {
  const queries = useQueryClient();
  const told = useTold(id, known === undefined);
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
    refetchInterval: ({ state: { data, error } }) =>
      data && !told && !isGone(error) ? untilNext(data) : false,
  });
  useFollowers(id, connection.data);
  return connection;
}

/** Whether the server tells what becomes of it; it is asked for at once then. */
function useTold(id: string, wanted: boolean): boolean {
  const queries = useQueryClient();
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    const queryKey = keys.connection(id);
    const anew = () => void queries.invalidateQueries({ queryKey });
    const end = listenToConnection(id, {
      onRegistered: () => {
        setTold(true);
        // What is on its way for the first time may have been looked up before the server noted what changes.
        if (queries.getQueryData(queryKey) === undefined)
          void queries.refetchQueries({ queryKey }).then(anew);
        else anew();
      },
      onRefused: () => setTold(false),
      onEvent: (event) => {
        // What it carries is not shown as it is: an answer that was on its way before would take its place.
        if (event.type === 'error') setTold(false);
        else anew();
      },
    });
    return () => {
      end();
      setTold(false);
    };
  }, [id, wanted, queries]);
  return told;
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
    for (const queryKey of [keys.connectionAccess(id), keys.connectionPeople(id)]) {
      void queries.invalidateQueries({ queryKey });
    }
    void queries.invalidateQueries({ queryKey: keys.documents });
    void queries.invalidateQueries({ queryKey: keys.searches });
  }, [id, connection, queries]);
}
