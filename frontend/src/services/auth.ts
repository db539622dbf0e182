import { ApiError, problemOfResponse } from './problem';
import { signedIn, signedOut } from './session';
import type { SignIn } from './types';

async function post(path: string, body?: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method: 'POST',
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
}

async function enter(path: string, body: unknown): Promise<void> {
  const response = await post(path, body);
  if (!response.ok) throw await problemOfResponse(response);
  signedIn((await response.json()) as SignIn);
}

export const login = (given: { email: string; password: string }) => enter('/api/v1/auth/login', given);

export const register = (given: { email: string; password: string; name?: string }) =>
  enter('/api/v1/auth/register', given);

/** Ends the session here and in every tab. Rejects when the server could not end it: the cookie would still work. */
export async function logout(): Promise<void> {
  const response = await post('/api/v1/auth/logout');
  if (!response.ok && response.status !== 401) throw await problemOfResponse(response);
  signedOut();
}
