import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endOtherSessions, endSession, listSessions } from '@/services/account';
import { keys } from '@/services/queries';

/** Where the person is signed in, last used first. */
export const useSessions = () =>
  useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => listSessions(signal), staleTime: 0 });

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    // Also after a failure: the session may have ended in the meantime.
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}

export function useEndOtherSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: endOtherSessions,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}
