import { useQuery } from '@tanstack/react-query';
import { getRegistration } from '@/services/auth';
import { keys } from '@/services/queries';

/** Who may make an account here, and whether it would be the first. Asked once: a server that does not say has none. */
export const useRegistration = (enabled = true) =>
  useQuery({ queryKey: keys.registration, queryFn: getRegistration, retry: false, enabled });
