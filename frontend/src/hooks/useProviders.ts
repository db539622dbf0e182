import { useQuery } from '@tanstack/react-query';
import { listProviders } from '@/services/account';
import { keys } from '@/services/queries';

/** Which providers people can sign in with here; it changes only with a restart. */
export const useProviders = () =>
  useQuery({
    queryKey: keys.providers,
    queryFn: ({ signal }) => listProviders(signal),
    staleTime: 5 * 60_000,
  });
