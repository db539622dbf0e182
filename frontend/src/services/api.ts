/** The one way to the server: typed from its schema, signed with the access token, renewed once when that has ended. */
import createClient from 'openapi-fetch';
import { ApiError, problemOf, problemOfResponse } from './problem';
import type { paths } from './schema';
import { freshToken, tokenInsteadOf } from './session';

/** Runs a call with the access token; on 401 the token is renewed and the call repeated, once. */
export async function authorizedFetch(input: Request): Promise<Response> {
  const again = input.clone();
  const sent = await freshToken();
  const response = await send(input, sent);
  if (response.status !== 401) return response;
  const token = await tokenInsteadOf(sent);
  if (token === null) return response;
  return send(again, token);
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiError({ status: 0, code: 'offline', message: 'The server cannot be reached.' });
  }
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: authorizedFetch,
  querySerializer: { array: { style: 'form', explode: true } },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a call that went well; everything else becomes an `ApiError`. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error, response.headers);
  return data as T;
}

/** A file behind the access check (an original, a page image), as a blob. */
export async function fetchBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await authorizedFetch(new Request(new URL(path, location.origin), { signal }));
  if (!response.ok) throw await problemOfResponse(response);
  return response.blob();
}
