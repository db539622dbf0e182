/** The server as tests see it: it has accounts, no demo, nothing to connect and no actions; beyond that nothing is answered unless a test says how. */
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { Account } from '@/services/types';

export const server = setupServer(
  http.get('*/api/v1/auth/registration', () => HttpResponse.json({ mode: 'open', first: false })),
  http.get('*/api/v1/demo', () => HttpResponse.json({ available: false, suggestions: [], loaded: 0 })),
  http.get('*/api/v1/connectors', () => HttpResponse.json({ items: [] })),
  http.get('*/api/v1/connections', () => HttpResponse.json({ items: [] })),
  http.get('*/api/v1/actions', () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get('*/api/v1/actions/awaiting', () => HttpResponse.json({ count: 0 })),
);

/** A server that has no mail server to send by. */
export const withoutMail = () =>
  http.get('*/api/v1/auth/registration', () =>
    HttpResponse.json({ mode: 'open', first: false, mail: 'console' }),
  );

export const problem = (status: number, code: string, extra: object = {}) =>
  HttpResponse.json(
    {
      type: `urn:bibliosai:problem:${code}`,
      title: code,
      status,
      code,
      detail: `detail of ${code}`,
      request_id: 'r1',
      ...extra,
    },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );

export const signIn = (token = 'token-1') => ({
  access_token: token,
  token_type: 'bearer' as const,
  expires_in: 900,
  user: { id: 'u1', email: 'ada@example.com', name: 'Ada', role: 'admin' as const },
});

/** What the server says of the account that `signIn` signs in to. */
export const account = (changes: Partial<Account> = {}): Account => ({
  ...signIn().user,
  email_verified: true,
  has_password: true,
  groups: [],
  created_at: '2026-01-05T09:00:00Z',
  pending_email: null,
  ...changes,
});
