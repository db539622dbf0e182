import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteConversation, listConversations, renameConversation } from '@/services/conversations';
import { keys } from '@/services/queries';

/** The caller's conversations, newest first, page by page. */
export const useConversations = () =>
  useInfiniteQuery({
    queryKey: [...keys.conversations, 'list'],
    queryFn: ({ pageParam, signal }) => listConversations(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export function useRenameConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) => renameConversation(id, title),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.conversations }),
  });
}

export function useDeleteConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deleteConversation,
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: keys.conversation(id) });
      return queries.invalidateQueries({ queryKey: [...keys.conversations, 'list'] });
    },
  });
}
