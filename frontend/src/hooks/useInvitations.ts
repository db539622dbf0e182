import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { invite, listInvitations, resendInvitation, withdrawInvitation } from '@/services/invitations';
import { keys } from '@/services/queries';

/** Invitations that nobody has accepted yet, newest first, page by page. */
export const useInvitations = () =>
  useInfiniteQuery({
    queryKey: keys.invitations,
    queryFn: ({ pageParam, signal }) => listInvitations(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

function useInvitationChange<Given, Answer>(change: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.audit });
      return queries.invalidateQueries({ queryKey: keys.invitations });
    },
  });
}

export const useInvite = () => useInvitationChange(invite);
export const useResendInvitation = () => useInvitationChange(resendInvitation);
export const useWithdrawInvitation = () => useInvitationChange(withdrawInvitation);
