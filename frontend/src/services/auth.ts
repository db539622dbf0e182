import { ApiError, problemOfResponse } from './problem';
import { signedIn, signedOut } from './session';
import type { InvitationOffer, Provider, Registration, SignIn } from './types';

/** A call without an access token. Rejects with `ApiError`. */
async function call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/auth${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        'X-Requested-With': 'biblios',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({ status: 0, code: 'offline', message: 'The server cannot be reached.' });
  }
  if (!response.ok) throw await problemOfResponse(response);
  return response;
}

async function enter(path: string, body: unknown): Promise<void> {
  const response = await call('POST', path, body);
  signedIn((await response.json()) as SignIn);
}

export const login = (given: { email: string; password: string }) => enter('/login', given);

export const register = (given: { email: string; password: string; name?: string; invitation?: string }) =>
  enter('/register', given);

/** Links the account at a provider to the account here that this is the password of, and signs in. */
export const confirmLink = (given: { token: string; password: string }) => enter('/oauth/link', given);

/** Ends the session here and in every tab. Rejects when the server could not end it: the cookie would still work. */
export async function logout(): Promise<void> {
  try {
    await call('POST', '/logout');
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  signedOut();
}

export async function getProviders(): Promise<Provider[]> {
  const response = await call('GET', '/providers');
  return ((await response.json()) as { items: Provider[] }).items;
}

/** Where a browser goes to sign in at a provider; it comes back to `returnTo`. */
export const providerPath = (provider: string, returnTo: string): string =>
  `/api/v1/auth/oauth/${encodeURIComponent(provider)}/start?return_to=${encodeURIComponent(returnTo)}`;

export async function getRegistration(): Promise<Registration> {
  const response = await call('GET', '/registration');
  return (await response.json()) as Registration;
}

export async function lookUpInvitation(token: string): Promise<InvitationOffer> {
  const response = await call('POST', '/invitations/look-up', { token });
  return (await response.json()) as InvitationOffer;
}

export async function askForReset(given: { email: string }): Promise<void> {
  await call('POST', '/password/forgot', given);
}

/** Sets a new password and ends every session of the account, on this browser as well. */
export async function resetPassword(given: { token: string; password: string }): Promise<void> {
  await call('POST', '/password/reset', given);
}

export async function proveEmail(token: string): Promise<void> {
  await call('POST', '/email/verify', { token });
}
