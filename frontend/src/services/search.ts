import { client, unwrap } from './api';

export interface SearchFilters {
  source?: string[];
  kind?: string[];
  author?: string[];
  language?: string[];
  after?: string;
  before?: string;
}

export const search = (
  q: string,
  filters: SearchFilters,
  options: { limit: number; group?: 'document' | 'chunk' },
  signal?: AbortSignal,
) => unwrap(client.GET('/api/v1/search', { params: { query: { q, ...filters, ...options } }, signal }));
