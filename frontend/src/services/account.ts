/** The signed-in person's own account: what it is, the ways into it, where it is open, and its end. */
import { client, unwrap } from './api';
import { signedOut, userChanged } from './session';
import type { Account, NewApiKey } from './types';

/** Reads the account; what every page shows of the person follows it. */
export async function getAccount(signal?: AbortSignal): Promise<Account> {
  const account = await unwrap(client.GET('/api/v1/auth/me', { signal }));
  userChanged(account);
  return account;
}

export async function renameAccount(name: string): Promise<Account> {
  const account = await unwrap(client.PATCH('/api/v1/auth/me', { body: { name } }));
  userChanged(account);
  return account;
}

/** Mails a link to the new address. Nothing changes before it is opened. */
export const askEmailChange = (given: { email: string; password?: string }) =>
  unwrap(client.POST('/api/v1/auth/email/change', { body: given }));

/** Mails the link that proves the address once more. */
export const askVerification = () => unwrap(client.POST('/api/v1/auth/email/verification'));

/** Every other session ends. */
export const changePassword = (given: { current_password?: string; new_password: string }) =>
  unwrap(client.POST('/api/v1/auth/password/change', { body: given }));

/** Everything in the account goes; nobody is signed in afterwards, in any tab. */
export async function deleteAccount(given: { password?: string; email: string }): Promise<void> {
  await unwrap(client.POST('/api/v1/auth/me/delete', { body: given }));
  signedOut({ because: 'account-deleted' });
}

export const listSessions = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/auth/sessions', { signal }));

export const endSession = (id: string) =>
  unwrap(client.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id: id } } }));

export const endOtherSessions = () =>
  unwrap(client.POST('/api/v1/auth/sessions/end', { body: { keep_current: true } }));

export const listLinkedAccounts = (signal?: AbortSignal) =>
  unwrap(client.GET('/api/v1/auth/linked-accounts', { signal }));

/** The address at the provider to send the browser to; it comes back to `returnTo`. */
export const linkAccount = (provider: string, returnTo: string) =>
  unwrap(
    client.POST('/api/v1/auth/linked-accounts/{provider}', {
      params: { path: { provider } },
      body: { return_to: returnTo },
    }),
  );

export const unlinkAccount = (provider: string) =>
  unwrap(client.DELETE('/api/v1/auth/linked-accounts/{provider}', { params: { path: { provider } } }));

export const listApiKeys = (signal?: AbortSignal) => unwrap(client.GET('/api/v1/auth/api-keys', { signal }));

/** The answer is the only place that ever holds the key. */
export const createApiKey = (given: NewApiKey) =>
  unwrap(client.POST('/api/v1/auth/api-keys', { body: given }));

export const revokeApiKey = (id: string) =>
  unwrap(client.DELETE('/api/v1/auth/api-keys/{key_id}', { params: { path: { key_id: id } } }));
