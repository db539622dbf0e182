import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { problem, server, signIn } from '@/test/server';
import { signedIn } from './session';
import { followAnswer, sendQuestion } from './stream';
import type { ChatEvent } from './types';

const encoder = new TextEncoder();
const frame = (id: number, event: { type: string; [key: string]: unknown }) =>
  `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const started = {
  type: 'message.started',
  message_id: 'm1',
  conversation_id: 'c1',
  user_message_id: 'u1',
  mode: 'model',
};
const token = (text: string) => ({ type: 'token', text });
const completed = { type: 'message.completed', message: { id: 'm1', content: 'Hello world' } };

/** A body that is sent in the given pieces and then ends, or breaks. */
function body(pieces: string[], breaks = false): HttpResponse<ReadableStream> {
  const stream = new ReadableStream({
    async start(controller) {
      for (const piece of pieces) {
        controller.enqueue(encoder.encode(piece));
        await new Promise((done) => setTimeout(done, 5));
      }
      if (breaks) controller.error(new TypeError('network'));
      else controller.close();
    },
  });
  return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
}

async function follow(signal = new AbortController().signal) {
  const events: ChatEvent[] = [];
  const reconnecting: boolean[] = [];
  const outcome = followAnswer({
    open: (given) => sendQuestion('c1', 'Why?', given, 'key'),
    onEvent: (event) => events.push(event),
    onReconnecting: (value) => reconnecting.push(value),
    signal,
    wait: () => Promise.resolve(),
  });
  await outcome;
  return { events, reconnecting };
}
const textOf = (events: ChatEvent[]) =>
  events.map((event) => (event.type === 'token' ? event.text : '')).join('');

const ASK = '*/api/v1/conversations/c1/messages';
const WATCH = '*/api/v1/messages/m1/events';

beforeEach(() => signedIn(signIn()));

describe('followAnswer', () => {
  it('reads events however the bytes are cut, and ignores types it does not know', async () => {
    const whole =
      frame(1, started) + frame(2, { type: 'mystery' }) + frame(3, token('Hé😀')) + frame(4, completed);
    const bytes = [...encoder.encode(whole)];
    server.use(
      http.post(ASK, () => {
        const stream = new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        });
        return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    const { events } = await follow();
    expect(events.map((event) => event.type)).toEqual(['message.started', 'token', 'message.completed']);
    expect(textOf(events)).toBe('Hé😀');
  });

  it.each([true, false])(
    'goes on after the last event when the connection breaks (error: %s)',
    async (breaks) => {
      const positions: (string | null)[] = [];
      server.use(
        http.post(ASK, () => body([frame(1, started), frame(2, token('Hello '))], breaks)),
        http.get(WATCH, ({ request }) => {
          positions.push(request.headers.get('last-event-id'));
          return body([frame(3, token('world')), frame(4, completed)]);
        }),
      );
      const { events, reconnecting } = await follow();
      expect(positions).toEqual(['2']);
      expect(textOf(events)).toBe('Hello world');
      expect(reconnecting).toEqual([true, false]);
    },
  );

  it('tries again while the server is away, then gives up', async () => {
    let tries = 0;
    server.use(
      http.post(ASK, () => body([frame(1, started)])),
      http.get(WATCH, () => {
        tries += 1;
        return HttpResponse.error();
      }),
    );
    await expect(follow()).rejects.toMatchObject({ code: 'offline' });
    expect(tries).toBeGreaterThan(3);
  });

  it('rejects with the reason when the question is refused', async () => {
    server.use(http.post(ASK, () => problem(409, 'answer_in_progress')));
    await expect(follow()).rejects.toMatchObject({ code: 'answer_in_progress' });
  });

  it('ends with an error event', async () => {
    server.use(
      http.post(ASK, () =>
        body([
          frame(1, started),
          frame(2, { type: 'error', code: 'upstream_auth', message: 'x', retryable: false }),
        ]),
      ),
    );
    const { events } = await follow();
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_auth' });
  });
});
