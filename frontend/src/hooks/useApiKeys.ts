import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createApiKey, listApiKeys, revokeApiKey } from '@/services/account';
import { keys } from '@/services/queries';

/** The person's keys, newest first. */
export const useApiKeys = () =>
  useQuery({ queryKey: keys.apiKeys, queryFn: ({ signal }) => listApiKeys(signal) });

export function useCreateApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: createApiKey,
    // The answer holds the key itself: it leaves the memory with the dialog.
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useRevokeApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: revokeApiKey,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}
