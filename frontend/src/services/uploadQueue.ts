/**
 * The files on their way to the library: a queue that sends two batches at a time and outlives the page it was
 * started from. React reads it with `useSyncExternalStore`; progress is announced ten times a second at the most.
 */
import { randomId } from '@/utils/randomId';
import { ApiError } from './problem';
import type { LibraryDocument } from './types';
import { batchesOf, type UploadFile, type UploadResult, uploadBatch } from './upload';

type UploadState = 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled';

export interface UploadEntry {
  key: string;
  path: string;
  size: number;
  state: UploadState;
  /** Between 0 and 1. */
  share: number;
  error: ApiError | null;
  /** The document that it became. */
  documentId: string | null;
  /** Since a file that was taken may still turn out to be unreadable. */
  reading: 'under-way' | 'done' | 'unchanged' | 'failed' | null;
  /** Why it could not be read. */
  reason: string | null;
}

export interface UploadSnapshot {
  entries: readonly UploadEntry[];
  active: boolean;
  sent: number;
  /** Of those sent, what is in the library now or on its way there. */
  added: number;
  unchanged: number;
  /** Of those added, what is still being read. */
  reading: number;
  /** Refused, cut off or unreadable. */
  failed: number;
  bytes: number;
  bytesSent: number;
  bytesPerSecond: number;
}

type Send = typeof uploadBatch;

const PARALLEL = 2;
const ATTEMPTS = 4;
const ANNOUNCE_MS = 100;
const SPEED_WINDOW_MS = 4000;

const UNREAD = { documentId: null, reading: null, reason: null } as const;

const EMPTY: UploadSnapshot = {
  entries: [],
  active: false,
  sent: 0,
  added: 0,
  unchanged: 0,
  reading: 0,
  failed: 0,
  bytes: 0,
  bytesSent: 0,
  bytesPerSecond: 0,
};

export class UploadQueue {
  readonly #send: Send;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #entries = new Map<string, UploadEntry>();
  readonly #files = new Map<string, UploadFile>();
  readonly #listeners = new Set<() => void>();
  readonly #onStored = new Set<() => void>();
  #pending: UploadFile[][] = [];
  #running = 0;
  #abort = new AbortController();
  #announcing: ReturnType<typeof setTimeout> | null = null;
  #samples: { at: number; bytes: number }[] = [];
  #snapshot: UploadSnapshot = EMPTY;
  #counter = 0;

  constructor(
    send: Send = uploadBatch,
    wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
  ) {
    this.#send = send;
    this.#wait = wait;
  }

  readonly getSnapshot = (): UploadSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls back after each batch that the server has stored. */
  readonly onStored = (listener: () => void): (() => void) => {
    this.#onStored.add(listener);
    return () => this.#onStored.delete(listener);
  };

  add(files: readonly { file: File; path: string }[]): void {
    if (!this.#snapshot.active) this.#clear();
    const items = files.map(({ file, path }) => {
      this.#counter += 1;
      return { key: `upload-${this.#counter}`, file, path };
    });
    for (const item of items) {
      this.#files.set(item.key, item);
      this.#entries.set(item.key, {
        key: item.key,
        path: item.path,
        size: item.file.size,
        state: 'waiting',
        share: 0,
        error: null,
        ...UNREAD,
      });
    }
    this.#enqueue(batchesOf(items));
  }

  retryFailed(): void {
    const again = [...this.#entries.values()]
      .filter((entry) => entry.state === 'failed' || entry.state === 'cancelled')
      .flatMap((entry) => this.#files.get(entry.key) ?? []);
    for (const item of again) this.#change(item.key, { state: 'waiting', share: 0, error: null, ...UNREAD });
    this.#enqueue(batchesOf(again));
  }

  /** What the server says of documents that are being read; `finished`: nothing is any more. */
  settle(known: readonly Pick<LibraryDocument, 'id' | 'status' | 'error'>[], finished: boolean): void {
    const byId = new Map(known.map((item) => [item.id, item]));
    for (const entry of this.#entries.values()) {
      if (entry.reading !== 'under-way' || entry.documentId === null) continue;
      const item = byId.get(entry.documentId);
      if (item?.status === 'failed') {
        this.#change(entry.key, { reading: 'failed', reason: item.error?.message ?? null });
      } else if (item?.status === 'indexed' || finished) this.#change(entry.key, { reading: 'done' });
    }
    this.#announce(true);
  }

  /** Documents that could not be read are being read once more. */
  readAgain(documentIds: readonly string[]): void {
    for (const entry of this.#entries.values()) {
      if (entry.documentId && documentIds.includes(entry.documentId)) {
        this.#change(entry.key, { reading: 'under-way', reason: null });
      }
    }
    this.#announce(true);
  }

  cancel(): void {
    this.#pending = [];
    this.#abort.abort();
    this.#abort = new AbortController();
    for (const entry of this.#entries.values()) {
      if (entry.state === 'waiting' || entry.state === 'sending')
        this.#change(entry.key, { state: 'cancelled' });
    }
    this.#announce(true);
  }

  dismiss(): void {
    this.cancel();
    this.#clear();
    this.#announce(true);
  }

  #clear(): void {
    this.#entries.clear();
    this.#files.clear();
    this.#samples = [];
  }

  #enqueue(batches: UploadFile[][]): void {
    this.#pending.push(...batches);
    this.#announce(true);
    this.#pump();
  }

  #pump(): void {
    while (this.#running < PARALLEL) {
      const batch = this.#pending.shift();
      if (!batch) break;
      this.#running += 1;
      void this.#deliver(batch).finally(() => {
        this.#running -= 1;
        this.#pump();
        this.#announce(true);
      });
    }
  }

  async #deliver(batch: UploadFile[]): Promise<void> {
    const { signal } = this.#abort;
    // The same key on every attempt, so that an answer which got lost does not store the files twice.
    const idempotencyKey = randomId();
    for (let attempt = 1; ; attempt += 1) {
      for (const item of batch) this.#change(item.key, { state: 'sending' });
      try {
        const results = await this.#send(batch, {
          idempotencyKey,
          signal,
          onProgress: (shares) => this.#progress(batch, shares),
        });
        for (const [index, item] of batch.entries()) {
          this.#change(item.key, { state: 'sent', share: 1, ...readingOf(results[index]) });
        }
        for (const listener of this.#onStored) listener();
        return;
      } catch (error) {
        if (signal.aborted) return;
        const problem =
          error instanceof ApiError
            ? error
            : new ApiError({
                status: 0,
                code: 'unexpected',
                message: error instanceof Error ? error.message : '',
              });
        const passing = problem.status === 0 || problem.status === 429 || problem.status >= 502;
        if (passing && attempt < ATTEMPTS) {
          for (const item of batch) this.#change(item.key, { state: 'waiting', share: 0 });
          await this.#wait((problem.retryAfterSeconds ?? 2 ** (attempt - 1)) * 1000);
          if (signal.aborted) return;
          continue;
        }
        if (!passing && batch.length > 1) {
          // One file spoils the batch: sent one by one, the reason lands on that file and the others get in.
          for (const item of batch) this.#change(item.key, { state: 'waiting', share: 0 });
          this.#pending.unshift(...batch.map((item) => [item]));
          return;
        }
        for (const item of batch) this.#change(item.key, { state: 'failed', error: problem });
        return;
      }
    }
  }

  #progress(batch: UploadFile[], shares: number[]): void {
    for (const [index, item] of batch.entries()) this.#change(item.key, { share: shares[index] ?? 0 });
    this.#announce();
  }

  #change(key: string, change: Partial<UploadEntry>): void {
    const entry = this.#entries.get(key);
    if (entry && entry.state !== 'cancelled') this.#entries.set(key, { ...entry, ...change });
    else if (entry && change.state === 'waiting') this.#entries.set(key, { ...entry, ...change });
  }

  #announce(now = false): void {
    if (!now) {
      this.#announcing ??= setTimeout(() => this.#announce(true), ANNOUNCE_MS);
      return;
    }
    if (this.#announcing) clearTimeout(this.#announcing);
    this.#announcing = null;
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  }

  #take(): UploadSnapshot {
    const entries = [...this.#entries.values()];
    let bytes = 0;
    let bytesSent = 0;
    let sent = 0;
    let failed = 0;
    let unchanged = 0;
    let reading = 0;
    let active = false;
    for (const entry of entries) {
      if (entry.state !== 'cancelled' && entry.state !== 'failed') bytes += entry.size;
      if (entry.state === 'sent' || entry.state === 'sending') bytesSent += entry.size * entry.share;
      if (entry.state === 'sent') sent += 1;
      if (entry.state === 'failed' || entry.reading === 'failed') failed += 1;
      if (entry.reading === 'unchanged') unchanged += 1;
      if (entry.reading === 'under-way') reading += 1;
      if (entry.state === 'waiting' || entry.state === 'sending') active = true;
    }
    const at = Date.now();
    this.#samples = [
      ...this.#samples.filter((sample) => at - sample.at < SPEED_WINDOW_MS),
      { at, bytes: bytesSent },
    ];
    const first = this.#samples[0];
    const seconds = first ? (at - first.at) / 1000 : 0;
    const bytesPerSecond = first && seconds > 0.2 ? Math.max(0, (bytesSent - first.bytes) / seconds) : 0;
    const unread = entries.filter((entry) => entry.reading === 'failed').length;
    const added = sent - unchanged - unread;
    return { entries, active, sent, added, unchanged, reading, failed, bytes, bytesSent, bytesPerSecond };
  }
}

function readingOf(result: UploadResult | undefined): Partial<UploadEntry> {
  if (!result) return {};
  const { id: documentId, status, outcome } = result;
  // Why it failed is told with the document, not with this answer.
  if (status === 'failed') return { documentId, reading: 'under-way' };
  if (outcome === 'unchanged') return { documentId, reading: 'unchanged' };
  return { documentId, reading: status === 'indexed' ? 'done' : 'under-way' };
}
