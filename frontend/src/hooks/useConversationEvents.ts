import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AnswerStore } from '@/services/answers';
import { listenToConversations } from '@/services/conversationEvents';
import { keys } from '@/services/queries';
import type { Conversation, ConversationDetail, ConversationEvent } from '@/services/types';
import { isDeletingHere } from './useConversations';

type List = InfiniteData<{ items: Conversation[]; next_cursor?: string | null }>;
const LIST = keys.conversationList;

/** Shows what other tabs and devices do to one's conversations. */
export function useConversationEvents(answers: AnswerStore): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      listenToConversations({
        // The first fetch of a page may have been before the server took note.
        onRegistered: () => void queries.invalidateQueries({ queryKey: keys.conversations }),
        onEvent: (event) => applyEvent(queries, answers, event),
      }),
    [queries, answers],
  );
}

function applyEvent(queries: QueryClient, answers: AnswerStore, event: ConversationEvent): void {
  switch (event.type) {
    case 'conversation.changed': {
      const { conversation } = event;
      queries.setQueryData<List>(LIST, (list) => list && withConversation(list, conversation));
      const key = keys.conversation(conversation.id);
      const known = queries.getQueryData<ConversationDetail>(key);
      queries.setQueryData<ConversationDetail>(key, (old) => old && { ...old, title: conversation.title });
      // Something was asked or answered. What is being answered here is read when it ends.
      const live = answers.get(conversation.id);
      if (known && known.updated_at !== conversation.updated_at && (!live || live.error)) {
        void queries.invalidateQueries({ queryKey: key });
      }
      break;
    }
    case 'conversation.deleted':
      queries.setQueryData<List>(LIST, (list) => list && without(list, event.conversation_id));
      answers.dismiss(event.conversation_id);
      if (!isDeletingHere(queries, event.conversation_id)) {
        void queries.invalidateQueries({ queryKey: keys.conversation(event.conversation_id) });
      }
      break;
    case 'reset':
    case 'error':
      break; // The reader of the stream deals with these.
    default:
      event satisfies never;
  }
}

function without(list: List, id: string): List {
  const pages = list.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) }));
  return { ...list, pages };
}

/** The latest changed stands first, as the server lists them. */
function withConversation(list: List, conversation: Conversation): List {
  const others = without(list, conversation.id);
  const [first, ...rest] = others.pages;
  if (!first) return list;
  const items = [conversation, ...first.items].sort((one, other) =>
    other.updated_at.localeCompare(one.updated_at),
  );
  return { ...others, pages: [{ ...first, items }, ...rest] };
}
