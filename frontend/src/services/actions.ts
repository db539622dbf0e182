/** What is to leave, and what people decide about it. */
import { client, unwrap } from './api';
import type { ActionEdit, ActionKind, ActionStatus, DecideRequest, ManyDecisions, NewAction } from './types';

const PAGE_SIZE = 50;
/** All that can be proposed together. */
const GROUP_SIZE = 100;
/** The word that what may have been sent may be sent once more. */
export const MAY_BE_SENT_TWICE = 'may_be_sent_twice';

export interface ActionFilters {
  /** Only what waits for the reader's own word; it is not narrowed further. */
  awaiting?: 'me';
  /** Only those of others that the reader decided on. */
  decided?: 'me';
  /** Only those that were proposed together. */
  group?: string;
  status?: readonly ActionStatus[];
  kind?: ActionKind;
}

const of = (id: string) => ({ path: { action_id: id } });

export const listActions = (
  { awaiting, decided, group, status, kind }: ActionFilters,
  cursor: string | undefined,
  signal?: AbortSignal,
) =>
  unwrap(
    client.GET('/api/v1/actions', {
      params: {
        query: {
          awaiting,
          decided,
          group,
          status: status && [...status],
          kind: kind && [kind],
          cursor,
          limit: group ? GROUP_SIZE : PAGE_SIZE,
        },
      },
      signal,
    }),
  );

/** How many wait for the reader's word. */
export const countAwaiting = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/actions/awaiting', { signal }));

export const getAction = (id: string, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/actions/{action_id}', { params: of(id), signal }));

export const listWays = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/actions/ways', { signal }));

/** What an answer to a mail begins with; nothing is proposed by it. */
export const beginReply = (documentId: string, all: boolean, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/actions/reply', { params: { query: { document_id: documentId, all } }, signal }),
  );

/** With the same key it is proposed once, however often it is sent. */
export const proposeAction = (given: NewAction, key: string) =>
  unwrap(client.POST('/api/v1/actions', { params: { header: { 'Idempotency-Key': key } }, body: given }));

/** One mail to each of its recipients, by themselves. */
export const proposeSeparately = (given: NewAction, key: string) =>
  unwrap(
    client.POST('/api/v1/actions/separately', {
      params: { header: { 'Idempotency-Key': key } },
      body: { ...given, kind: 'email' },
    }),
  );

/** Each by its hash; what becomes of each is told for itself. */
export const decideMany = (decisions: ManyDecisions, key: string) =>
  unwrap(
    client.POST('/api/v1/actions/decide-many', {
      params: { header: { 'Idempotency-Key': key } },
      body: decisions,
    }),
  );

/** `hash`: of what was edited; what has become something else by then is not written over. */
export type EditOf = ActionEdit & { hash: string };

export const editAction = (id: string, edit: EditOf) =>
  unwrap(client.PATCH('/api/v1/actions/{action_id}', { params: of(id), body: edit }));

/** What was shown is named by its hash; nothing else of it is sent. */
export const approveAction = (id: string, hash: string, confirm: string[]) =>
  unwrap(client.POST('/api/v1/actions/{action_id}/approve', { params: of(id), body: { hash, confirm } }));

/** By a mailed link, without signing in. Without a decision it only shows what it is about. */
export const decideByLink = (given: DecideRequest) =>
  unwrap(client.POST('/api/v1/actions/decide', { body: given }));

export const rejectAction = (id: string, reason: string | null) =>
  unwrap(client.POST('/api/v1/actions/{action_id}/reject', { params: of(id), body: { reason } }));

export const cancelAction = (id: string) =>
  unwrap(client.POST('/api/v1/actions/{action_id}/cancel', { params: of(id) }));

export const retryAction = (id: string, confirm: string[]) =>
  unwrap(client.POST('/api/v1/actions/{action_id}/retry', { params: of(id), body: { confirm } }));
