import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useUser } from '@/contexts/AuthContext';
import { getAccount, renameAccount } from '@/services/account';
import { keys } from '@/services/queries';
import type { Account } from '@/services/types';

/** The signed-in person's account. Name, address and role are those of the session, which every tab shares. */
export function useAccount() {
  const { name, email, role } = useUser();
  return useQuery({
    queryKey: keys.account,
    queryFn: ({ signal }) => getAccount(signal),
    select: (account): Account => ({ ...account, name, email, role }),
  });
}

export function useRenameAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      // An answer that is under way still has the old name.
      await queries.cancelQueries({ queryKey: keys.account });
      return renameAccount(name);
    },
    onSuccess: (account) => queries.setQueryData(keys.account, account),
  });
}
