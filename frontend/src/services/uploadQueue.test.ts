import { describe, expect, it } from 'vitest';
import { ApiError } from './problem';
import { batchesOf, shareOut, type UploadFile, type uploadBatch } from './upload';
import { UploadQueue } from './uploadQueue';

const file = (name: string, size = 10) => ({ file: new File([new Uint8Array(size)], name), path: name });
const item = (size: number): UploadFile => ({
  key: `${size}`,
  file: new File([new Uint8Array(size)], 'x'),
  path: 'x',
});
const error = (status: number, code: string) => new ApiError({ status, code, message: code });

/** Runs a queue to its end with a server that answers as the test says. */
async function run(names: string[], answer: (names: string[], keys: string[]) => void) {
  const keys: string[] = [];
  const send: typeof uploadBatch = async (batch, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    answer(
      batch.map(({ path }) => path),
      keys,
    );
    return [];
  };
  const queue = new UploadQueue(send, () => Promise.resolve());
  queue.add(names.map((name) => file(name)));
  await expect.poll(() => queue.getSnapshot().active).toBe(false);
  const states = Object.fromEntries(queue.getSnapshot().entries.map((entry) => [entry.path, entry.state]));
  return { states, keys, queue };
}

describe('batches', () => {
  it('hold all files in order and stay small', () => {
    const files = Array.from({ length: 60 }, (_, index) => item(index));
    const batches = batchesOf(files);
    expect(batches.flat()).toEqual(files);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(25);
  });

  it('give a large file a request of its own', () => {
    expect(batchesOf([item(10), item(20_000_000), item(10)]).map((batch) => batch.length)).toEqual([1, 1, 1]);
  });

  it('share progress out in the order in which files leave', () => {
    expect(shareOut([item(100), item(100)], 150, 200)).toEqual([1, 0.5]);
    expect(shareOut([item(100), item(100)], 200, 200)).toEqual([1, 1]);
  });
});

describe('what became of the files', () => {
  const stored = (id: string, outcome: 'created' | 'unchanged', status: 'queued' | 'failed' | 'indexed') => ({
    id,
    external_id: id,
    outcome,
    status,
  });

  async function uploaded() {
    const results = [
      stored('a', 'created', 'queued'),
      stored('b', 'created', 'queued'),
      stored('c', 'unchanged', 'indexed'),
      stored('d', 'created', 'failed'),
    ];
    const queue = new UploadQueue(() => Promise.resolve(results));
    queue.add(['a', 'b', 'c', 'd'].map((name) => file(name)));
    await expect.poll(() => queue.getSnapshot().active).toBe(false);
    return queue;
  }
  const counts = (queue: UploadQueue) => {
    const { added, unchanged, reading, failed } = queue.getSnapshot();
    return { added, unchanged, reading, failed };
  };
  const broken = (id: string) => ({
    id,
    status: 'failed' as const,
    error: { code: 'broken', message: `${id} is broken` },
  });

  it('is told apart: added, unchanged, still being read', async () => {
    expect(counts(await uploaded())).toEqual({ added: 3, unchanged: 1, reading: 3, failed: 0 });
  });

  it('counts no file as added that could not be read, and says why', async () => {
    const queue = await uploaded();
    queue.settle([broken('d'), broken('b')], false);
    expect(counts(queue)).toEqual({ added: 1, unchanged: 1, reading: 1, failed: 2 });
    queue.settle([broken('d'), broken('b')], true);
    expect(counts(queue)).toEqual({ added: 1, unchanged: 1, reading: 0, failed: 2 });
    const entry = queue.getSnapshot().entries.find(({ path }) => path === 'b');
    expect(entry?.reason).toBe('b is broken');
  });

  it('follows a file that is read again', async () => {
    const queue = await uploaded();
    queue.settle([broken('d')], true);
    queue.readAgain(['d']);
    expect(counts(queue)).toEqual({ added: 3, unchanged: 1, reading: 1, failed: 0 });
    queue.settle([], true);
    expect(counts(queue)).toEqual({ added: 3, unchanged: 1, reading: 0, failed: 0 });
  });
});

describe('UploadQueue', () => {
  it('sends every file', async () => {
    const { states } = await run(['a', 'b', 'c'], () => undefined);
    expect(states).toEqual({ a: 'sent', b: 'sent', c: 'sent' });
  });

  it('tries a lost connection again under the same key', async () => {
    let failures = 2;
    const { states, keys } = await run(['a'], () => {
      if (failures-- > 0) throw error(0, 'offline');
    });
    expect(states).toEqual({ a: 'sent' });
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  it('finds the file that is refused; the others get in', async () => {
    const { states, queue } = await run(['good', 'bad', 'fine'], (names) => {
      if (names.includes('bad')) throw error(413, 'file_too_large');
    });
    expect(states).toEqual({ good: 'sent', bad: 'failed', fine: 'sent' });
    expect(queue.getSnapshot().entries.find(({ path }) => path === 'bad')?.error?.code).toBe(
      'file_too_large',
    );
  });

  it('sends what failed again when asked to', async () => {
    let broken = true;
    const { queue } = await run(['a'], () => {
      if (broken) throw error(422, 'no_files');
    });
    broken = false;
    queue.retryFailed();
    await expect.poll(() => queue.getSnapshot().entries[0]?.state).toBe('sent');
  });

  it('stops when cancelled', async () => {
    const queue = new UploadQueue(
      (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError'))),
        ),
    );
    queue.add([file('a')]);
    queue.cancel();
    await expect.poll(() => queue.getSnapshot().entries[0]?.state).toBe('cancelled');
  });
});
