import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { changeConnection, checkConnection, syncConnection } from '@/services/connections';
import { keys } from '@/services/queries';
import type { ConnectionChange } from '@/services/types';
import { useAfterConnectionChange } from './useConnections';

/** What the account can do, tried once when somebody looks, and again when asked for. */
export const useConnectionCheck = (id: string) =>
  useQuery({
    queryKey: keys.connectionCheck(id),
    queryFn: () => checkConnection(id),
    select: ({ capabilities }) => capabilities,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    retry: false,
  });

/** Keeps what was chosen, then begins to read. */
export function useStartConnection(id: string) {
  const queries = useQueryClient();
  const after = useAfterConnectionChange();
  return useMutation({
    mutationFn: async (options: ConnectionChange['options']) => {
      await changeConnection(id, { options });
      await syncConnection(id);
    },
    onSuccess: () => {
      queries.removeQueries({ queryKey: keys.connectionCheck(id) });
      return after();
    },
  });
}
