import { client, unwrap } from './api';
import type { SearchHit } from './types';

export interface SearchFilters {
  source?: string[];
  connection?: string[];
  path?: string[];
  kind?: string[];
  author?: string[];
  language?: string[];
  tag?: string[];
  after?: string;
  before?: string;
}

export interface FoundDocuments {
  /** The best passage of each document, the best document first. */
  hits: SearchHit[];
  /** Further passages by document, the best first; those that overlap the one in `hits` are left out. */
  more: ReadonlyMap<string, SearchHit[]>;
  /** Parts of the search that did not answer. */
  degraded: string[];
  /** What was searched for instead, since no document has a word of the query. */
  corrected: string | null;
  /** How long it took until the documents were there. */
  milliseconds: number;
}

/** The most documents that can be asked for, since further passages are asked for by document. */
export const MAX_DOCUMENTS = 50;
const PASSAGES = 100;

export async function searchDocuments(
  q: string,
  filters: SearchFilters,
  limit: number,
  signal?: AbortSignal,
): Promise<FoundDocuments> {
  const started = performance.now();
  const { hits, degraded, corrected } = await unwrap(
    client.GET('/api/v1/search', { params: { query: { q, ...filters, limit, group: 'document' } }, signal }),
  );
  const milliseconds = performance.now() - started;
  const more = hits.length > 0 ? await passagesBeside(corrected ?? q, hits, signal) : new Map();
  return { hits, more, degraded, corrected, milliseconds };
}

async function passagesBeside(q: string, hits: readonly SearchHit[], signal?: AbortSignal) {
  const shown = new Map(hits.map((hit) => [hit.document_id, hit]));
  const passages = await unwrap(
    client.GET('/api/v1/search', {
      params: { query: { q, document: [...shown.keys()], limit: PASSAGES, group: 'chunk', correct: false } },
      signal,
    }),
  );
  const more = new Map<string, SearchHit[]>();
  for (const passage of passages.hits) {
    const first = shown.get(passage.document_id);
    if (!first || overlaps(passage, first)) continue;
    more.set(passage.document_id, [...(more.get(passage.document_id) ?? []), passage]);
  }
  return more;
}

const overlaps = (one: SearchHit, other: SearchHit): boolean =>
  one.version === other.version && one.start < other.end && other.start < one.end;
