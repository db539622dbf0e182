import { client, unwrap } from './api';
import type { Feedback } from './types';

export const listConversations = (cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/conversations', { params: { query: { cursor, limit: 50 } }, signal }));

export const getConversation = (id: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/conversations/{conversation_id}', {
      params: { path: { conversation_id: id } },
      signal,
    }),
  );

/** Older messages of a conversation: the page that its `next_cursor` leads to, oldest first. */
export const listMessages = (id: string, cursor: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/conversations/{conversation_id}/messages', {
      params: { path: { conversation_id: id }, query: { cursor, limit: 50 } },
      signal,
    }),
  );

export const createConversation = () => unwrap(client.POST('/api/v1/conversations', { body: {} }));

export const renameConversation = (id: string, title: string) =>
  unwrap(
    client.PATCH('/api/v1/conversations/{conversation_id}', {
      params: { path: { conversation_id: id } },
      body: { title },
    }),
  );

export const deleteConversation = (id: string) =>
  unwrap(
    client.DELETE('/api/v1/conversations/{conversation_id}', { params: { path: { conversation_id: id } } }),
  );

export const stopMessage = (id: string) =>
  unwrap(client.POST('/api/v1/messages/{message_id}/stop', { params: { path: { message_id: id } } }));

export const rateMessage = (id: string, feedback: Feedback) =>
  unwrap(
    client.POST('/api/v1/messages/{message_id}/feedback', {
      params: { path: { message_id: id } },
      body: feedback,
    }),
  );

export const getChatConfig = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/chat/config', { signal }));
