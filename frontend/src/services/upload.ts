/**
 * Sends files in batches with XMLHttpRequest, since fetch cannot report how much of a body has left.
 *
 * One batch is one multipart request. Its bytes leave in the order of its files, so the progress of each file follows
 * from the progress of the whole.
 */
import { ApiError, problemOf } from './problem';
import { freshToken, renew } from './session';
import type { StoredItem } from './types';

export interface UploadFile {
  key: string;
  file: File;
  /** Path within the dropped folder, with forward slashes; the file's name when it came alone. */
  path: string;
}

/** What became of one file, in the order in which they were sent. */
export type UploadResult = StoredItem;

const BATCH_FILES = 25;
const BATCH_BYTES = 8 * 1024 * 1024;

/** Groups files so that a batch stays small: progress is then visible early and a failure costs little. */
export function batchesOf(files: readonly UploadFile[]): UploadFile[][] {
  const batches: UploadFile[][] = [];
  let batch: UploadFile[] = [];
  let bytes = 0;
  for (const item of files) {
    if (batch.length > 0 && (batch.length >= BATCH_FILES || bytes + item.file.size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += item.file.size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** How much of each file has been sent, when `loaded` bytes of a body of `total` bytes have. */
export function shareOut(batch: readonly UploadFile[], loaded: number, total: number): number[] {
  const payload = batch.reduce((sum, item) => sum + item.file.size, 0);
  const overhead = Math.max(0, total - payload) / Math.max(1, batch.length);
  let left = loaded;
  return batch.map((item) => {
    const whole = item.file.size + overhead;
    const sent = Math.min(whole, Math.max(0, left));
    left -= whole;
    return whole === 0 ? 1 : sent / whole;
  });
}

export async function uploadBatch(
  batch: readonly UploadFile[],
  options: {
    idempotencyKey: string;
    onProgress: (shares: number[], loaded: number) => void;
    signal: AbortSignal;
  },
): Promise<UploadResult[]> {
  const first = await attempt(batch, await freshToken(), options);
  if (first.status !== 401) return resultOf(first);
  return resultOf(await attempt(batch, await renew(), options));
}

interface RawAnswer {
  status: number;
  body: unknown;
}

function resultOf({ status, body }: RawAnswer): UploadResult[] {
  if (status >= 200 && status < 300) return (body as { items: UploadResult[] }).items;
  throw problemOf(status, body);
}

function attempt(
  batch: readonly UploadFile[],
  token: string | null,
  options: {
    idempotencyKey: string;
    onProgress: (shares: number[], loaded: number) => void;
    signal: AbortSignal;
  },
): Promise<RawAnswer> {
  const form = new FormData();
  for (const item of batch) form.append('files', item.file, item.path);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/documents');
    request.responseType = 'json';
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Idempotency-Key', options.idempotencyKey);
    request.upload.onprogress = (event) => {
      options.onProgress(shareOut(batch, event.loaded, event.total), event.loaded);
    };
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () =>
      reject(new ApiError({ status: 0, code: 'offline', message: 'The server cannot be reached.' }));
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    options.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
