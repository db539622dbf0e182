import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAnswers } from '@/contexts/ChatContext';
import { getConversation, listMessages, rateMessage } from '@/services/conversations';
import { keys } from '@/services/queries';
import type { ConversationDetail, Feedback } from '@/services/types';

/**
 * A conversation with its newest messages, and older ones as far as they were asked for (`useOlderMessages`). An answer
 * that is being written, e.g. since before a reload, is followed.
 */
export function useConversation(id: string | undefined) {
  const answers = useAnswers();
  const queries = useQueryClient();
  const conversation = useQuery({
    queryKey: keys.conversation(id ?? ''),
    queryFn: async ({ signal, queryKey }) => {
      const fresh = await getConversation(id ?? '', signal);
      return withOlder(fresh, queries.getQueryData<ConversationDetail>(queryKey));
    },
    enabled: id !== undefined,
  });
  const { data } = conversation;
  const writing = data?.answering ?? data?.messages.find((message) => message.status === 'streaming')?.id;
  useEffect(() => {
    if (id && writing) answers.watch(id, writing);
  }, [id, writing, answers]);
  return conversation;
}

/** Older messages that were read before stay in front of the newest ones, when these join on to them. */
function withOlder(fresh: ConversationDetail, known: ConversationDetail | undefined): ConversationDetail {
  const first = fresh.messages[0];
  const joint = known?.messages.findIndex((message) => message.id === first?.id) ?? -1;
  if (!known || joint <= 0) return fresh;
  const older = known.messages.slice(0, joint);
  return { ...fresh, messages: [...older, ...fresh.messages], next_cursor: known.next_cursor };
}

/** Reads the next page of older messages, and puts it in front of the others. */
export function useOlderMessages(conversationId: string) {
  const queries = useQueryClient();
  const key = keys.conversation(conversationId);
  return useMutation({
    mutationFn: (cursor: string) => listMessages(conversationId, cursor),
    onSuccess: (page, cursor) => {
      queries.setQueryData<ConversationDetail>(key, (old) =>
        old?.next_cursor === cursor
          ? { ...old, messages: [...page.items, ...old.messages], next_cursor: page.next_cursor }
          : old,
      );
    },
  });
}

export function useRateMessage(conversationId: string) {
  const queries = useQueryClient();
  const key = keys.conversation(conversationId);
  return useMutation({
    mutationFn: ({ id, ...feedback }: Feedback & { id: string }) => rateMessage(id, feedback),
    onSuccess: (message) => {
      queries.setQueryData<ConversationDetail>(
        key,
        (old) =>
          old && {
            ...old,
            messages: old.messages.map((item) =>
              item.id === message.id ? { ...item, feedback: message.feedback } : item,
            ),
          },
      );
    },
  });
}
