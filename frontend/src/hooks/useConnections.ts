import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  changeConnection,
  createConnection,
  decideQuarantine,
  deleteConnection,
  handOverConnection,
  listConnections,
  renewConnection,
} from '@/services/connections';
import { keys } from '@/services/queries';
import type { Connection, ConnectionChange, GivenCredentials } from '@/services/types';
import { connectionPath } from '@/utils/paths';

/** The reader's own connections and, for administrators, those of the workspace. */
export const useConnections = () =>
  useQuery({
    queryKey: keys.connectionList,
    queryFn: ({ signal }) => listConnections('sync', signal),
    select: ({ items }) => items,
  });

/** The accounts that the reader may act with. */
export const useActingConnections = () =>
  useQuery({
    queryKey: keys.actingList,
    queryFn: ({ signal }) => listConnections('actions', signal),
    select: ({ items }) => items,
  });

/** Everything shown of connections is asked for again. */
export function useAfterConnectionChange() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keys.connections });
}

/** Sends the browser to the provider where one has to be asked; it comes back to `return_to`. */
export function useConnect() {
  const queries = useQueryClient();
  const after = useAfterConnectionChange();
  return useMutation({
    mutationFn: createConnection,
    // What is sent may hold a secret: it leaves the memory with the form.
    gcTime: 0,
    onSuccess: async ({ authorize_url }) => {
      if (authorize_url) location.assign(authorize_url);
      else await Promise.all([after(), queries.invalidateQueries({ queryKey: keys.ways })]);
    },
  });
}

/** Without credentials it is allowed at the provider, which sends the browser back to where the connection is shown. */
export function useRenewConnection({ id, purpose }: Connection) {
  const after = useAfterConnectionChange();
  return useMutation({
    mutationFn: (credentials: GivenCredentials | undefined) =>
      renewConnection(id, credentials, purpose === 'actions' ? '/connections' : connectionPath(id)),
    gcTime: 0,
    onSuccess: async ({ authorize_url }) => {
      if (authorize_url) location.assign(authorize_url);
      else await after();
    },
  });
}

export function useChangeConnection(id: string) {
  const queries = useQueryClient();
  const after = useAfterConnectionChange();
  return useMutation({
    mutationFn: (change: ConnectionChange) => changeConnection(id, change),
    onSuccess: (changed) => {
      queries.setQueryData(keys.connection(id), changed);
      return after();
    },
  });
}

export function useDecideQuarantine(id: string) {
  const queries = useQueryClient();
  const after = useAfterConnectionChange();
  return useMutation({
    mutationFn: (decision: 'keep' | 'delete') => decideQuarantine(id, decision),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.documents });
      void queries.invalidateQueries({ queryKey: keys.searches });
      return after();
    },
  });
}

export function useHandOver(id: string) {
  const after = useAfterConnectionChange();
  return useMutation({ mutationFn: (userId: string) => handOverConnection(id, userId), onSuccess: after });
}

/** Not awaited: its page is to be left before it is asked for again and not found. */
export function useDisconnect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deleteConnection,
    onSuccess: () => {
      for (const key of [keys.connectionList, keys.actingList, keys.ways, keys.documents, keys.searches]) {
        void queries.invalidateQueries({ queryKey: key });
      }
    },
  });
}
