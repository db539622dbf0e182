import { useQuery } from '@tanstack/react-query';
import { getProviders } from '@/services/auth';
import { keys } from '@/services/queries';

/** The providers that people can sign in with; they change only with a restart of the server. */
export const useProviders = () =>
  useQuery({ queryKey: keys.providers, queryFn: getProviders, staleTime: Number.POSITIVE_INFINITY });
