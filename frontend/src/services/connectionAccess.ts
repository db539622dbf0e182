/** Who may see what of a connection: the people of its source, why somebody sees an item, how well it keeps to rights. */
import { client, unwrap } from './api';

const PAGE_SIZE = 50;

export interface SourcePeopleFilters {
  matched?: 'no' | 'yes';
  q?: string;
}

export const getAccessReport = (id: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/access', {
      params: { path: { connection_id: id } },
      signal,
    }),
  );

export const listSourcePeople = (
  id: string,
  filters: SourcePeopleFilters,
  cursor: string | undefined,
  signal?: AbortSignal,
) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/people', {
      params: { path: { connection_id: id }, query: { ...filters, cursor, limit: PAGE_SIZE } },
      signal,
    }),
  );

export const matchPerson = (id: string, personId: string, userId: string) =>
  unwrap(
    client.PUT('/api/v1/connections/{connection_id}/people/{person_id}', {
      params: { path: { connection_id: id, person_id: personId } },
      body: { user_id: userId },
    }),
  );

export const unmatchPerson = (id: string, personId: string) =>
  unwrap(
    client.DELETE('/api/v1/connections/{connection_id}/people/{person_id}', {
      params: { path: { connection_id: id, person_id: personId } },
    }),
  );

/** Whether a person sees an item, and why. */
export const askWhy = (id: string, item: string, person: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/items/{external_id}/why', {
      params: { path: { connection_id: id, external_id: item }, query: { person } },
      signal,
    }),
  );

/** Why the reader sees a document. */
export const askDocumentWhy = (id: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/documents/{document_id}/why', { params: { path: { document_id: id } }, signal }),
  );
