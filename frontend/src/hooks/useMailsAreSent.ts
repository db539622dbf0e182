import { useQuery } from '@tanstack/react-query';
import { getRegistration } from '@/services/auth';
import { keys } from '@/services/queries';

/** Whether mails leave this server. Assumed until it has answered. */
export const useMailsAreSent = (): boolean =>
  useQuery({ queryKey: keys.registration, queryFn: getRegistration, retry: false }).data?.mail !== 'console';
