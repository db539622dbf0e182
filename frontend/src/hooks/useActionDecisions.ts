import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  approveAction,
  cancelAction,
  decideMany,
  type EditOf,
  editAction,
  proposeAction,
  proposeSeparately,
  rejectAction,
  retryAction,
} from '@/services/actions';
import { isApiError } from '@/services/problem';
import { keys } from '@/services/queries';
import type { Action, ManyDecisions, NewAction } from '@/services/types';

/** What a person decides about an action. Whatever the server says to it, the action is fetched anew. */
export function useActionDecisions(id: string) {
  const queries = useQueryClient();
  const settled = {
    onSuccess: (changed: Action) => {
      queries.setQueryData(keys.action(id), changed);
      void queries.invalidateQueries({ queryKey: keys.actions });
    },
    onError: async (error: unknown) => {
      // It is something else than what was decided on.
      if (isApiError(error) && error.status === 409) {
        await queries.invalidateQueries({ queryKey: keys.actions });
      }
    },
  };
  return {
    approve: useMutation({
      mutationFn: ({ hash, confirm }: { hash: string; confirm: string[] }) =>
        approveAction(id, hash, confirm),
      ...settled,
    }),
    reject: useMutation({ mutationFn: (reason: string | null) => rejectAction(id, reason), ...settled }),
    cancel: useMutation({ mutationFn: () => cancelAction(id), ...settled }),
    retry: useMutation({ mutationFn: (confirm: string[]) => retryAction(id, confirm), ...settled }),
    edit: useMutation({ mutationFn: (edit: EditOf) => editAction(id, edit), ...settled }),
  };
}

/** Proposes something; nothing leaves by it. */
export function useProposeAction() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ given, key }: { given: NewAction; key: string }) => proposeAction(given, key),
    onSuccess: (made) => {
      queries.setQueryData(keys.action(made.id), made);
      void queries.invalidateQueries({ queryKey: keys.actions });
    },
  });
}

/** Proposes one mail to each of its recipients; nothing leaves by it. */
export function useProposeSeparately() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ given, key }: { given: NewAction; key: string }) => proposeSeparately(given, key),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.actions }),
  });
}

/** Decides on many; whatever becomes of each, they are fetched anew. */
export function useDecideMany() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ decisions, key }: { decisions: ManyDecisions; key: string }) => decideMany(decisions, key),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.actions }),
  });
}
