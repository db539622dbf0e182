/**
 * Reads the event stream of an answer with fetch (EventSource cannot send a header), and goes on where it was when the
 * connection breaks: the server keeps writing, and gives the events after `Last-Event-ID` to whoever asks.
 */
import { createParser } from 'eventsource-parser';
import { authorizedFetch } from './api';
import { ApiError, problemOfResponse } from './problem';
import type { ChatEvent } from './types';

const RECONNECT_DELAYS_MS = [300, 1000, 2000, 4000, 8000, 8000];

const KNOWN = new Set<string>([
  'message.started',
  'retrieval.completed',
  'token',
  'citation',
  'action.proposed',
  'message.completed',
  'error',
] satisfies ChatEvent['type'][]);

export interface StreamOptions {
  /** Begins the stream: asks, asks again, or watches. */
  open: (signal: AbortSignal) => Promise<Response>;
  /** Known when an answer is watched; learnt from `message.started` otherwise. */
  messageId?: string;
  onEvent: (event: ChatEvent) => void;
  /** True when the connection broke and is being made again, false when events flow again. */
  onReconnecting?: (reconnecting: boolean) => void;
  signal: AbortSignal;
  wait?: (ms: number) => Promise<void>;
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * Resolves after `message.completed` or `error` was handed over, or when the signal aborts. Rejects with `ApiError`
 * when the question was refused, or when the connection could not be made again.
 */
export async function followAnswer(options: StreamOptions): Promise<void> {
  const { signal, onEvent, onReconnecting, wait = sleep } = options;
  let messageId = options.messageId;
  let lastEventId: string | undefined;
  let failures = 0;
  let response = await options.open(signal);
  while (true) {
    try {
      const ended = await readEvents(response, signal, (event, id) => {
        if (failures > 0) onReconnecting?.(false);
        failures = 0;
        if (id) lastEventId = id;
        if (event.type === 'message.started') messageId = event.message_id;
        onEvent(event);
      });
      if (ended || signal.aborted) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError) throw error;
    }
    // The body ended too early: the connection broke, or the server restarted.
    if (!messageId) throw new ApiError({ status: 0, code: 'offline', message: 'The connection broke.' });
    onReconnecting?.(true);
    response = await reopen(messageId, lastEventId);
    if (signal.aborted) return;
  }

  async function reopen(id: string, position: string | undefined): Promise<Response> {
    while (true) {
      const delay = RECONNECT_DELAYS_MS[failures];
      if (delay === undefined)
        throw new ApiError({ status: 0, code: 'offline', message: 'The connection broke.' });
      failures += 1;
      await wait(delay);
      try {
        return await watchAnswer(id, position, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const passing = error instanceof ApiError && (error.status === 0 || error.status >= 500);
        if (!passing) throw error;
      }
    }
  }
}

/** Reads a body to its end; true when the answer ended with it. */
async function readEvents(
  response: Response,
  signal: AbortSignal,
  onEvent: (event: ChatEvent, id: string | undefined) => void,
): Promise<boolean> {
  if (!response.ok) throw await problemOfResponse(response);
  if (!response.body) return false;
  let ended = false;
  const parser = createParser({
    onEvent: ({ data, id }) => {
      const event = parse(data);
      if (!event) return;
      onEvent(event, id);
      if (event.type === 'message.completed' || event.type === 'error') ended = true;
    },
  });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  try {
    while (!ended && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // What remains is of no interest; a body that already failed has nothing to cancel.
    reader.cancel().catch(() => undefined);
  }
  return ended;
}

/** An event of a type that this release does not know is ignored. */
function parse(data: string): ChatEvent | null {
  const event = JSON.parse(data) as { type?: unknown };
  return typeof event.type === 'string' && KNOWN.has(event.type) ? (event as ChatEvent) : null;
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

export const sendQuestion = (conversationId: string, content: string, signal: AbortSignal, key: string) =>
  post(`/api/v1/conversations/${encodeURIComponent(conversationId)}/messages`, { content }, signal, key);

export const regenerateAnswer = (messageId: string, signal: AbortSignal) =>
  post(`/api/v1/messages/${encodeURIComponent(messageId)}/regenerate`, undefined, signal);

export const watchAnswer = (messageId: string, lastEventId: string | undefined, signal: AbortSignal) =>
  authorizedFetch(
    new Request(new URL(`/api/v1/messages/${encodeURIComponent(messageId)}/events`, location.origin), {
      headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
      signal,
    }),
  );
