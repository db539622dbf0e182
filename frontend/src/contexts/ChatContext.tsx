import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useConversationEvents } from '@/hooks/useConversationEvents';
import { AnswerStore, type LiveAnswer } from '@/services/answers';
import { keys, readAnew } from '@/services/queries';
import type { ConversationDetail, Message } from '@/services/types';
import { forgetDrafts } from '@/utils/drafts';
import { forgetSearches } from '@/utils/recentSearches';

const ChatContext = createContext<AnswerStore | null>(null);

/** Holds the answers that are being written, for as long as somebody is signed in. */
export function ChatProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [store] = useState(
    () =>
      new AnswerStore({
        onCompleted: (live, message) => {
          queries.setQueryData<ConversationDetail>(
            keys.conversation(live.conversationId),
            (old) => old && withAnswer(old, live, message),
          );
          // The first answer names the conversation, and any answer moves it to the top.
          void queries.invalidateQueries({ queryKey: keys.conversationList });
          void queries.invalidateQueries({ queryKey: keys.conversation(live.conversationId) });
        },
        onFailed: (live, signal) => readAnew(queries, keys.conversation(live.conversationId), signal),
      }),
  );
  useConversationEvents(store);
  useEffect(
    () => () => {
      store.close();
      forgetDrafts();
      forgetSearches();
    },
    [store],
  );
  return <ChatContext value={store}>{children}</ChatContext>;
}

function withAnswer(
  conversation: ConversationDetail,
  live: LiveAnswer,
  message: Message,
): ConversationDetail {
  const replaced = new Set([message.id, live.replaces, live.userMessageId]);
  const kept = conversation.messages.filter(
    (item) => !replaced.has(item.id) || (item.role === 'user' && live.question === null),
  );
  const question = live.question === null ? [] : [questionMessage(live)];
  return { ...conversation, answering: null, messages: [...kept, ...question, message] };
}

/** The question as a message, before the server's copy of it has been read. */
export const questionMessage = (live: LiveAnswer): Message => ({
  id: live.userMessageId ?? 'question',
  conversation_id: live.conversationId,
  role: 'user',
  content: live.question ?? '',
  mode: live.mode,
  abstained: false,
  status: 'completed',
  created_at: new Date().toISOString(),
});

export function useAnswers(): AnswerStore {
  const store = useContext(ChatContext);
  if (!store) throw new Error('useAnswers needs a ChatProvider above it');
  return store;
}

/** The answer that took the place of this one, or null. */
export function useSuccessor(messageId: string | undefined): string | null {
  const store = useAnswers();
  return useSyncExternalStore(store.subscribe, () => store.successorOf(messageId));
}

export function useLiveAnswer(conversationId: string | undefined): LiveAnswer | null {
  const store = useAnswers();
  return useSyncExternalStore(store.subscribe, () => store.get(conversationId));
}
