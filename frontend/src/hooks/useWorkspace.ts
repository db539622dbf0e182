import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getWorkspace, listSigningKeys, rotateSigningKeys } from '@/services/admin';
import { keys } from '@/services/queries';

export const useWorkspace = () =>
  useQuery({ queryKey: keys.workspace, queryFn: ({ signal }) => getWorkspace(signal) });

export const useSigningKeys = () =>
  useQuery({ queryKey: keys.signingKeys, queryFn: ({ signal }) => listSigningKeys(signal) });

export function useRotateSigningKeys() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: rotateSigningKeys,
    onSuccess: (found) => {
      queries.setQueryData(keys.signingKeys, found);
      void queries.invalidateQueries({ queryKey: keys.audit });
    },
  });
}
