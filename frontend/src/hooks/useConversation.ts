import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAnswers } from '@/contexts/ChatContext';
import { getConversation, rateMessage } from '@/services/conversations';
import { keys } from '@/services/queries';
import type { ConversationDetail, Message } from '@/services/types';

/** A conversation with its messages. An answer that is being written, e.g. since before a reload, is followed. */
export function useConversation(id: string | undefined) {
  const answers = useAnswers();
  const conversation = useQuery({
    queryKey: keys.conversation(id ?? ''),
    queryFn: ({ signal }) => getConversation(id ?? '', signal),
    enabled: id !== undefined,
  });
  const { data } = conversation;
  const writing = data?.answering ?? data?.messages.find((message) => message.status === 'streaming')?.id;
  useEffect(() => {
    if (id && writing) answers.watch(id, writing);
  }, [id, writing, answers]);
  return conversation;
}

export function useRateMessage(conversationId: string) {
  const queries = useQueryClient();
  const key = keys.conversation(conversationId);
  return useMutation({
    mutationFn: ({ id, value }: { id: string; value: Message['feedback'] }) => rateMessage(id, value ?? null),
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
