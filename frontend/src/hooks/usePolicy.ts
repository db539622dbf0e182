import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { changePolicy, getPolicy, tryPolicy } from '@/services/policy';
import { keys } from '@/services/queries';
import type { Policy, PolicySample } from '@/services/types';

export const usePolicy = () =>
  useQuery({ queryKey: keys.policy, queryFn: ({ signal }) => getPolicy(signal) });

/** Changes the policy of one version. Whatever becomes of it, the audit log is asked anew. */
export function useChangePolicy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, policy }: { version: number; policy: Policy }) => changePolicy(version, policy),
    onSuccess: (stored) => {
      queries.setQueryData(keys.policy, stored);
      void queries.invalidateQueries({ queryKey: keys.audit });
      void queries.invalidateQueries({ queryKey: keys.actions });
    },
  });
}

export const useTryPolicy = () =>
  useMutation({
    mutationFn: ({ policy, sample }: { policy: Policy; sample: PolicySample }) => tryPolicy(policy, sample),
  });
