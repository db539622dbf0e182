import { client, unwrap } from './api';
import type { PersonChange, Role } from './types';

export const ROLES = ['member', 'admin'] as const satisfies readonly Role[];
export const ACCOUNT_STATUSES = ['active', 'deactivated'] as const;

export interface PeopleFilters {
  q?: string;
  role?: Role;
  status?: (typeof ACCOUNT_STATUSES)[number];
}

const PAGE_SIZE = 50;

export const listPeople = (filters: PeopleFilters, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/admin/users', {
      params: { query: { ...filters, cursor, limit: PAGE_SIZE } },
      signal,
    }),
  );

const ofPerson = (id: string) => ({ path: { user_id: id } });

export const getPerson = (id: string, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/admin/users/{user_id}', { params: ofPerson(id), signal }));

export const changePerson = (id: string, change: PersonChange) =>
  unwrap(client.PATCH('/api/v1/admin/users/{user_id}', { params: ofPerson(id), body: change }));

export const deletePerson = (id: string) =>
  unwrap(client.DELETE('/api/v1/admin/users/{user_id}', { params: ofPerson(id) }));

export const listSessionsOf = (id: string, signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/admin/users/{user_id}/sessions', { params: ofPerson(id), signal }));

export const endSessionsOf = (id: string) =>
  unwrap(client.DELETE('/api/v1/admin/users/{user_id}/sessions', { params: ofPerson(id) }));

export const sendReset = (id: string) =>
  unwrap(client.POST('/api/v1/admin/users/{user_id}/password-reset', { params: ofPerson(id) }));

export const getWorkspace = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/admin/workspace', { signal }));

export const listSigningKeys = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/admin/signing-keys', { signal }));

export const rotateSigningKeys = () => unwrap(client.POST('/api/v1/admin/signing-keys/rotate'));
