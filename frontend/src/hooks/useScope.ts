import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeScope } from '@/services/conversations';
import { keys } from '@/services/queries';
import type { ConversationDetail, QuestionScope } from '@/services/types';

/**
 * What the questions of a conversation are restricted to, and how to change it; undefined while that is not known.
 * Before there is a conversation it is kept here: `keep` puts it away, and back.
 */
export function useScope(
  id: string | undefined,
  conversation: ConversationDetail | undefined,
  onFailed: (error: unknown) => void,
) {
  const queries = useQueryClient();
  const [draft, keep] = useState<QuestionScope | null>(null);
  const queryKey = keys.conversation(id ?? '');
  const saving = useMutation({
    // One after the other, so that the last one stands.
    scope: { id: `scope:${id}` },
    mutationFn: (next: QuestionScope | null) => changeScope(id ?? '', next),
    onError: (error) => {
      onFailed(error);
      void queries.invalidateQueries({ queryKey });
    },
  });
  return {
    scope: id === undefined ? draft : conversation && (conversation.scope ?? null),
    change: (next: QuestionScope | null) => {
      if (id === undefined) return keep(next);
      queries.setQueryData<ConversationDetail>(queryKey, (old) => old && { ...old, scope: next });
      saving.mutate(next);
    },
    keep,
  };
}
