import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { linkAccount, listLinkedAccounts, unlinkAccount } from '@/services/account';
import { keys } from '@/services/queries';

/** The person's accounts at providers. */
export const useLinkedAccounts = () =>
  useQuery({ queryKey: keys.linkedAccounts, queryFn: ({ signal }) => listLinkedAccounts(signal) });

/** Sends the browser to the provider, which sends it back to the page it came from. */
export const useLinkAccount = () =>
  useMutation({
    mutationFn: (provider: string) => linkAccount(provider, location.pathname),
    onSuccess: ({ url }) => location.assign(url),
  });

export function useUnlinkAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: unlinkAccount,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.linkedAccounts }),
  });
}
