import { type QueryClient, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteConversation, listConversations, renameConversation } from '@/services/conversations';
import { keys } from '@/services/queries';

/** The caller's conversations, newest first, page by page. */
export const useConversations = () =>
  useInfiniteQuery({
    queryKey: keys.conversationList,
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

/**
 * The server tells every tab of a deletion before it answers this one, so whoever asked for it may be gone from the
 * page by then: `onDeleted` is called all the same, before anything is asked for anew. `shown`: the page shows the
 * conversation, and has to go elsewhere.
 */
export function useDeleteConversation(onDeleted: (shown: boolean) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: keys.deleteConversation,
    mutationFn: deleteConversation,
    onSuccess: (_, id) => {
      const queryKey = keys.conversation(id);
      onDeleted(queries.getQueryCache().find({ queryKey })?.isActive() ?? false);
      queries.removeQueries({ queryKey });
      void queries.invalidateQueries({ queryKey: keys.conversationList });
    },
    // It may be gone nevertheless, when only the answer was lost.
    onError: () => void queries.invalidateQueries({ queryKey: keys.conversations }),
  });
}

/** Whether this page has asked for this deletion, and leads away by itself. */
export const isDeletingHere = (queries: QueryClient, id: string): boolean =>
  queries.isMutating({
    mutationKey: keys.deleteConversation,
    predicate: ({ state }) => state.variables === id,
  }) > 0;
