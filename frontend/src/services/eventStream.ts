/**
 * The one reader of event streams in the browser: fetch, since EventSource cannot send a header. When the connection
 * breaks it is made again after a growing pause, and the server goes on after the last event that was seen.
 */
import { createParser } from 'eventsource-parser';
import { ApiError, problemOfResponse } from './problem';

const RECONNECT_DELAYS_MS = [300, 1000, 2000, 4000, 8000, 8000];

export interface StreamEvent {
  type: string;
}

export interface EventStreamOptions<Event extends StreamEvent> {
  /** Makes the connection: without a position for the first time, else with the id of the last event seen. */
  open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;
  /** The types of the union; an event of another one is ignored, since servers learn new ones first. */
  types: ReadonlySet<string>;
  onEvent: (event: Event) => void;
  /** Whether this event is the stream's last one. A stream without a last event goes on until it is aborted. */
  isLast?: (event: Event) => boolean;
  /**
   * The server notes from here on what happens: fetch the state now. Called when the stream begins without a position,
   * and when events between were missed for good.
   */
  onRegistered?: () => void;
  /** True when the connection broke and is being made again, false when events flow again. */
  onReconnecting?: (reconnecting: boolean) => void;
  /** Whether a broken connection can be taken up; always, unless told otherwise. */
  canResume?: () => boolean;
  signal: AbortSignal;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Resolves after the last event was handed over, or when the signal aborts. Rejects with `ApiError` when the server
 * refuses (401, 403, 404 and their like are final). A stream with a last event also gives up, as `offline`, when the
 * connection cannot be made again; one without tries on.
 */
export async function followEvents<Event extends StreamEvent>(
  options: EventStreamOptions<Event>,
): Promise<void> {
  const { signal, isLast, onReconnecting, onRegistered, canResume = () => true, wait = pause } = options;
  const endless = isLast === undefined;
  let position: string | undefined;
  let failures = 0;
  let opened = false;
  while (!signal.aborted) {
    try {
      const response = await options.open(position, signal);
      if (!response.ok) throw await problemOfResponse(response);
      opened = true;
      if (position === undefined) onRegistered?.();
      const ended = await readBody(response, signal, options.types, (event, id) => {
        if (failures > 0) onReconnecting?.(false);
        failures = 0;
        if (id) position = id;
        return take(event as Event);
      });
      if (ended) return;
    } catch (error) {
      if (signal.aborted) return;
      // What could not begin is told at once where somebody waits for it.
      if (error instanceof ApiError && !(isPassing(error) && (opened || endless))) throw error;
    }
    if (signal.aborted) return;
    // The body ended too early: the connection broke, or the server restarted.
    const delay = RECONNECT_DELAYS_MS[endless ? Math.min(failures, 5) : failures];
    if (!canResume() || delay === undefined) {
      throw new ApiError({ status: 0, code: 'offline', message: 'The connection broke.' });
    }
    failures += 1;
    onReconnecting?.(true);
    await wait(delay, signal);
  }

  /** True when the stream ended with this event. */
  function take(event: Event): boolean {
    if (event.type === 'reset') onRegistered?.();
    else if (event.type === 'error' && endless) throw errorOf(event);
    else options.onEvent(event);
    return isLast?.(event) ?? false;
  }
}

const isPassing = ({ status }: ApiError) => status === 0 || status === 429 || status >= 500;

function errorOf(event: StreamEvent): ApiError {
  const { code, message, hint, retryable } = event as unknown as {
    code: string;
    message: string;
    hint?: string | null;
    retryable: boolean;
  };
  return new ApiError({ status: retryable ? 503 : 401, code, message, hint: hint ?? undefined });
}

/** Reads a body to its end; true when the stream ended with it. */
async function readBody(
  response: Response,
  signal: AbortSignal,
  types: ReadonlySet<string>,
  take: (event: StreamEvent, id: string | undefined) => boolean,
): Promise<boolean> {
  if (!response.body) return false;
  let ended = false;
  const parser = createParser({
    onEvent: ({ data, id }) => {
      const event = JSON.parse(data) as { type?: unknown };
      if (ended || typeof event.type !== 'string' || !types.has(event.type)) return;
      ended = take(event as StreamEvent, id);
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

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
