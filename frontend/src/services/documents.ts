import { client, fetchBlob, unwrap } from './api';
import type { DocumentStatus, Kind } from './types';

export interface DocumentFilters {
  q?: string;
  status?: DocumentStatus;
  kind?: Kind;
  source?: string;
  connection?: string;
  /** A folder: what lies in it, or below. */
  path?: string;
}

/** Where folders are looked for; `under`: the folder to look into. */
export interface FolderScope {
  source?: string;
  connection?: string;
  under?: string;
}

const PAGE_SIZE = 100;

export const listDocuments = (
  filters: DocumentFilters,
  cursor: string | undefined,
  signal?: AbortSignal,
  limit = PAGE_SIZE,
) => unwrap(client.GET('/api/v1/documents', { params: { query: { ...filters, cursor, limit } }, signal }));

export const getDocument = (id: string, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/documents/{document_id}', { params: { path: { document_id: id } }, signal }));

export const deleteDocument = (id: string) =>
  unwrap(client.DELETE('/api/v1/documents/{document_id}', { params: { path: { document_id: id } } }));

export const retryDocument = (id: string) =>
  unwrap(client.POST('/api/v1/documents/{document_id}/retry', { params: { path: { document_id: id } } }));

export const getDocumentText = (id: string, version: number | undefined, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/documents/{document_id}/text', {
      params: { path: { document_id: id }, query: { version } },
      signal,
    }),
  );

export const getPageBoxes = (
  id: string,
  page: number,
  passage: { start: number; end: number; version?: number },
  signal?: AbortSignal,
) =>
  unwrap(
    client.GET('/api/v1/documents/{document_id}/pages/{page}/boxes', {
      params: { path: { document_id: id, page }, query: passage },
      signal,
    }),
  );

/** `width` in pixels. */
export const getPageImage = (id: string, page: number, width: number, signal?: AbortSignal) =>
  fetchBlob(`/api/v1/documents/${encodeURIComponent(id)}/pages/${page}.png?width=${width}`, signal);

export const getOriginal = (id: string) => fetchBlob(`/api/v1/documents/${encodeURIComponent(id)}/file`);

export const getStats = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/documents/stats', { signal }));

export const listFolders = (scope: FolderScope, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/documents/paths', { params: { query: scope }, signal }));

export const listSources = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/documents/sources', { signal }));
