import { describe, expect, it } from 'vitest';
import { followEvents } from './eventStream';

interface Counted {
  type: 'counted' | 'reset' | 'error';
  number?: number;
}
const TYPES = new Set(['counted', 'reset', 'error']);
const frame = (id: number, event: object) => `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
const counted = (number: number) => frame(number, { type: 'counted', number });

/** A server that answers each connection with the next of these: a body, or a status to refuse it with. */
async function follow(answers: (string | number)[], give: { until: number; last?: number }) {
  const abort = new AbortController();
  const log: (number | string)[] = [];
  const positions: (string | undefined)[] = [];
  const pauses: number[] = [];
  let seen = 0;
  await followEvents<Counted>({
    open: async (position) => {
      positions.push(position);
      const answer = answers.shift();
      if (answer === undefined) abort.abort();
      if (typeof answer === 'number') return problemResponse(answer);
      return new Response(answer ?? '', { headers: { 'Content-Type': 'text/event-stream' } });
    },
    types: TYPES,
    onEvent: (event) => {
      log.push(event.number ?? event.type);
      seen += 1;
      if (seen === give.until) abort.abort();
    },
    isLast: give.last === undefined ? undefined : (event) => event.number === give.last,
    onRegistered: () => log.push('fetch'),
    onReconnecting: (value) => log.push(value ? 'lost' : 'back'),
    signal: abort.signal,
    wait: async (ms) => void pauses.push(ms),
  });
  return { log, positions, pauses };
}
const problemResponse = (status: number) =>
  new Response(JSON.stringify({ status, code: `code_${status}`, detail: 'no' }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

describe('followEvents', () => {
  it('registers before it fetches, and goes on after the last event when the connection breaks', async () => {
    const { log, positions } = await follow([counted(1) + counted(2), '', counted(3)], { until: 3 });
    expect(positions).toEqual([undefined, '2', '2']);
    expect(log).toEqual(['fetch', 1, 2, 'lost', 'lost', 'back', 3]);
  });

  it('registers anew when nothing was seen before the connection broke', async () => {
    const { log, positions } = await follow(['', counted(1)], { until: 1 });
    expect(positions).toEqual([undefined, undefined]);
    expect(log).toEqual(['fetch', 'lost', 'fetch', 'back', 1]);
  });

  it('fetches when the server says that events were missed for good', async () => {
    const reset = frame(90, { type: 'reset' });
    const { log, positions } = await follow([counted(1), reset, counted(91)], { until: 2 });
    expect(log).toEqual(['fetch', 1, 'lost', 'back', 'fetch', 'lost', 'back', 91]);
    expect(positions).toEqual([undefined, '1', '90']);
  });

  it('leaves longer and longer pauses while the server is away, and does not give up', async () => {
    const { pauses } = await follow([503, 0, 503, 502, 503, 503, 503, 503, counted(1)].map(away), {
      until: 1,
    });
    expect(pauses).toEqual([300, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
  });

  it.each([401, 403, 404])('ends when the server refuses with %s', async (status) => {
    await expect(follow([counted(1), status], { until: 9 })).rejects.toMatchObject({ status });
  });

  it('ends when the right to read ends, and goes on after an error that passes', async () => {
    const error = (retryable: boolean) =>
      frame(2, { type: 'error', code: 'session_ended', message: 'x', retryable });
    await expect(follow([counted(1) + error(false)], { until: 9 })).rejects.toMatchObject({
      code: 'session_ended',
    });
    const { log } = await follow([counted(1) + error(true), counted(3)], { until: 2 });
    expect(log.filter((entry) => typeof entry === 'number')).toEqual([1, 3]);
  });

  it('ends with the last event of a stream that has one, and refuses at once what could not begin', async () => {
    expect((await follow([counted(1) + counted(2) + counted(3)], { until: 9, last: 2 })).log).toEqual([
      'fetch',
      1,
      2,
    ]);
    await expect(follow([503], { until: 9, last: 2 })).rejects.toMatchObject({ status: 503 });
  });
});

const away = (answer: string | number) => answer || 500;
