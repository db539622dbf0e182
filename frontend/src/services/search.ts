import { client, unwrap } from './api';

export interface SearchFilters {
  source?: string[];
  kind?: string[];
  author?: string[];
  language?: string[];
  tag?: string[];
  after?: string;
  before?: string;
}

/** The best passage of each document, with how long the answer took to come (milliseconds). */
export async function searchDocuments(
  q: string,
  filters: SearchFilters,
  limit: number,
  signal?: AbortSignal,
) {
  const started = performance.now();
  const found = await unwrap(
    client.GET('/api/v1/search', { params: { query: { q, ...filters, limit, group: 'document' } }, signal }),
  );
  return { ...found, milliseconds: performance.now() - started };
}

const PASSAGES = 20;

/** The best passages of one document. */
export const searchWithin = (documentId: string, q: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/search', {
      params: { query: { q, document: [documentId], limit: PASSAGES, group: 'chunk' } },
      signal,
    }),
  );
