import { client, unwrap } from './api';
import type { ChatFilters, Feedback, QuestionScope } from './types';

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

export const createConversation = (scope: QuestionScope | null) =>
  unwrap(client.POST('/api/v1/conversations', { body: scope ? { scope: filtersOf(scope) } : {} }));

/** What the questions to come are restricted to; null: they are asked in everything. */
export const changeScope = (id: string, scope: QuestionScope | null) =>
  unwrap(
    client.PATCH('/api/v1/conversations/{conversation_id}', {
      params: { path: { conversation_id: id } },
      body: { scope: scope && filtersOf(scope) },
    }),
  );

/** The server gave the kinds itself, so they are kinds. */
const filtersOf = (scope: QuestionScope) => scope as ChatFilters;

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
