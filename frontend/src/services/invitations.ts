import { client, unwrap } from './api';
import type { Role } from './types';

const PAGE_SIZE = 50;

export const listInvitations = (cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/admin/invitations', { params: { query: { cursor, limit: PAGE_SIZE } }, signal }),
  );

export const invite = (given: { email: string; role: Role; groups: string[] }) =>
  unwrap(client.POST('/api/v1/admin/invitations', { body: given }));

export const resendInvitation = (id: string) =>
  unwrap(
    client.POST('/api/v1/admin/invitations/{invitation_id}/resend', {
      params: { path: { invitation_id: id } },
    }),
  );

export const withdrawInvitation = (id: string) =>
  unwrap(
    client.DELETE('/api/v1/admin/invitations/{invitation_id}', { params: { path: { invitation_id: id } } }),
  );
