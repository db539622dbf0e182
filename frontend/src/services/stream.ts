/** The stream of an answer: asks, asks again or watches, and follows the events to the answer's end. */

import { authorizedFetch } from './api';
import { type EventStreamOptions, followEvents } from './eventStream';
import type { ChatEvent, LookUp } from './types';

const KNOWN = new Set<string>([
  'message.started',
  'retrieval.completed',
  'token',
  'citation',
  'action.proposed',
  'message.completed',
  'error',
] satisfies ChatEvent['type'][]);

export interface StreamOptions
  extends Pick<EventStreamOptions<ChatEvent>, 'onEvent' | 'onReconnecting' | 'signal' | 'wait'> {
  /** Begins the stream: asks, asks again, or watches. */
  open: (signal: AbortSignal) => Promise<Response>;
  /** Known when an answer is watched; learnt from `message.started` otherwise. */
  messageId?: string;
}

/**
 * Resolves after `message.completed` or `error` was handed over, or when the signal aborts. Rejects with `ApiError`
 * when the question was refused, or when the connection could not be made again: the server keeps writing meanwhile.
 */
export function followAnswer({ open, onEvent, ...options }: StreamOptions): Promise<void> {
  let messageId = options.messageId;
  let begun = false;
  return followEvents<ChatEvent>({
    ...options,
    types: KNOWN,
    open: (lastEventId, signal) => {
      if (begun && messageId) return watchAnswer(messageId, lastEventId, signal);
      begun = true;
      return open(signal);
    },
    canResume: () => messageId !== undefined,
    onEvent: (event) => {
      if (event.type === 'message.started') messageId = event.message_id;
      onEvent(event);
    },
    isLast: (event) => event.type === 'message.completed' || event.type === 'error',
  });
}

function post(path: string, body: unknown, signal: AbortSignal, idempotencyKey?: string): Promise<Response> {
  return authorizedFetch(
    new Request(new URL(path, location.origin), {
      method: 'POST',
      headers: {
        Accept: 'text/event-stream',
        'Content-Type': 'application/json',
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    }),
  );
}

/** A stream that is only read, from the event after `lastEventId` on. */
export const openStream = (path: string, lastEventId: string | undefined, signal: AbortSignal) =>
  authorizedFetch(
    new Request(new URL(path, location.origin), {
      headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
      signal,
    }),
  );

/** `filters`: where this question is asked, nothing in it is everything; without them where the conversation asks. */
export const sendQuestion = (
  conversationId: string,
  content: string,
  signal: AbortSignal,
  key: string,
  filters?: object,
) =>
  post(
    `/api/v1/conversations/${encodeURIComponent(conversationId)}/messages`,
    { content, filters },
    signal,
    key,
  );

export const regenerateAnswer = (messageId: string, lookUp: LookUp | undefined, signal: AbortSignal) =>
  post(`/api/v1/messages/${encodeURIComponent(messageId)}/regenerate`, lookUp && { look_up: lookUp }, signal);

export const watchAnswer = (messageId: string, lastEventId: string | undefined, signal: AbortSignal) =>
  openStream(`/api/v1/messages/${encodeURIComponent(messageId)}/events`, lastEventId, signal);
