import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeScope } from '@/services/conversations';
import { keys } from '@/services/queries';
import type { ConversationDetail, QuestionScope } from '@/services/types';

/**
 * What the questions of a conversation are restricted to, and how to change it. Before there is one it is kept here:
 * `begun` forgets it once it was given to a conversation.
 */
export function useScope(conversation: ConversationDetail | undefined, onFailed: (error: unknown) => void) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<QuestionScope | null>(null);
  const id = conversation?.id;
  const show = (scope: QuestionScope | null | undefined) =>
    id && queries.setQueryData<ConversationDetail>(keys.conversation(id), (old) => old && { ...old, scope });
  const saving = useMutation({
    // One after the other, so that the last one stands.
    scope: { id: `scope:${id}` },
    mutationFn: (next: QuestionScope | null) => changeScope(id ?? '', next),
    onError: (error) => {
      onFailed(error);
      void queries.invalidateQueries({ queryKey: keys.conversation(id ?? '') });
    },
  });
  return {
    scope: id ? (conversation.scope ?? null) : draft,
    change: (next: QuestionScope | null) => {
      if (!id) return setDraft(next);
      show(next);
      saving.mutate(next);
    },
    begun: () => setDraft(null),
  };
}
