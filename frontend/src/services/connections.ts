/** What is connected, what can be, and what people do with it. */
import { client, unwrap } from './api';
import type { ConnectionChange, GivenCredentials, ItemStatus, NewConnection, Purpose } from './types';

const PAGE_SIZE = 50;

const of = (id: string) => ({ path: { connection_id: id } });

export const listConnectors = (purpose: Purpose, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/connectors', { params: { query: { purpose } }, signal }));

/** Those that are read, or those that are acted with. */
export const listConnections = (purpose: Purpose, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/connections', { params: { query: { purpose } }, signal }));

export const getConnection = (id: string, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/connections/{connection_id}', { params: of(id), signal }));

/** Without credentials the answer says where it is allowed; the browser comes back to `return_to`. */
export const createConnection = (given: NewConnection) =>
  unwrap(client.POST('/api/v1/connections', { body: given }));

export const changeConnection = (id: string, change: ConnectionChange) =>
  unwrap(client.PATCH('/api/v1/connections/{connection_id}', { params: of(id), body: change }));

export const deleteConnection = (id: string) =>
  unwrap(client.DELETE('/api/v1/connections/{connection_id}', { params: of(id) }));

export const syncConnection = (id: string) =>
  unwrap(client.POST('/api/v1/connections/{connection_id}/sync', { params: of(id) }));

export const pauseConnection = (id: string) =>
  unwrap(client.POST('/api/v1/connections/{connection_id}/pause', { params: of(id) }));

export const resumeConnection = (id: string) =>
  unwrap(client.POST('/api/v1/connections/{connection_id}/resume', { params: of(id) }));

export const decideQuarantine = (id: string, decision: 'keep' | 'delete') =>
  unwrap(
    client.POST('/api/v1/connections/{connection_id}/quarantine', { params: of(id), body: { decision } }),
  );

/** Without credentials the answer says where it is allowed; the browser comes back to `returnTo`. */
export const renewConnection = (id: string, credentials: GivenCredentials | undefined, returnTo: string) =>
  unwrap(
    client.POST('/api/v1/connections/{connection_id}/reauthorize', {
      params: of(id),
      body: { credentials, return_to: returnTo },
    }),
  );

export const handOverConnection = (id: string, userId: string) =>
  unwrap(
    client.POST('/api/v1/connections/{connection_id}/owner', { params: of(id), body: { user_id: userId } }),
  );

/** Without ids everything that failed, and with `skipped` what was skipped as well. */
export const retryItems = (id: string, wanted: { external_ids?: string[]; skipped?: boolean }) =>
  unwrap(
    client.POST('/api/v1/connections/{connection_id}/items/retry', {
      params: of(id),
      body: { skipped: false, ...wanted },
    }),
  );

/** Tries what works with its account; nothing of its content is read. */
export const checkConnection = (id: string) =>
  unwrap(client.POST('/api/v1/connections/{connection_id}/check', { params: of(id) }));

export const getDiagnostics = (id: string) =>
  unwrap(client.GET('/api/v1/connections/{connection_id}/diagnostics', { params: of(id) }));

export const listChoices = (id: string, option: string, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/choices/{option}', {
      params: { path: { connection_id: id, option } },
      signal,
    }),
  );

export const listRuns = (id: string, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/runs', {
      params: { ...of(id), query: { cursor, limit: PAGE_SIZE } },
      signal,
    }),
  );

export const listItems = (
  id: string,
  status: ItemStatus | undefined,
  cursor: string | undefined,
  signal?: AbortSignal,
  rights?: 'narrowed',
) =>
  unwrap(
    client.GET('/api/v1/connections/{connection_id}/items', {
      params: { ...of(id), query: { status, rights, cursor, limit: PAGE_SIZE } },
      signal,
    }),
  );
