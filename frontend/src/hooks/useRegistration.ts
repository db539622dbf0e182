import { useQuery } from '@tanstack/react-query';
import { getRegistration } from '@/services/auth';
import { keys } from '@/services/queries';

/**
 * Who may make an account here, and whether it would be the first. A server that does not say is not asked again by
 * the page that then opens: that page would vanish behind the question, open again, and ask again.
 */
export const useRegistration = (enabled = true) =>
  useQuery({
    queryKey: keys.registration,
    queryFn: getRegistration,
    retry: false,
    retryOnMount: false,
    enabled,
  });
