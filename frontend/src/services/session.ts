/**
 * The session of this browser: an access token that lives in memory only, renewed through the httpOnly refresh cookie.
 *
 * Several tabs share one cookie whose token rotates, so they must not all renew at once. A Web Lock lets one tab
 * through; it tells the others the new token over a BroadcastChannel. A tab that gets the lock after another one has
 * just renewed (a time stamp in localStorage says so; it is no secret) waits briefly for that message.
 */
import { ApiError, problemOfResponse } from './problem';
import type { SignIn, User } from './types';

/** Why nobody is signed in any more, where the next page says more than "sign in". */
type SignedOutBecause = 'account-deleted';

export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed-out'; because?: SignedOutBecause }
  | { status: 'signed-in'; user: User; token: string; expiresAt: number };

type TabMessage =
  | { type: 'renewed'; user: User; token: string; expiresAt: number }
  | { type: 'signed-out'; because?: SignedOutBecause }
  | { type: 'user'; user: User }
  | { type: 'ask' };

const LOCK = 'biblios:refresh';
const RENEWED_AT = 'biblios:renewed-at';
const BEEN_HERE = 'biblios:session';
const AWAY_SINCE = 'biblios:away-since';
const EARLY_MS = 30_000;
const WAIT_FOR_TAB_MS = 400;
/** How long a sign-in at a provider may take; after that the server refuses it. */
const AWAY_MS = 10 * 60_000;

let state: SessionState = { status: 'unknown' };
let underWay: Promise<string | null> | null = null;
const listeners = new Set<() => void>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('biblios:session');

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is blocked. The marks only save requests; nothing depends on them.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

channel?.addEventListener('message', (event: MessageEvent<TabMessage>) => {
  const message = event.data;
  switch (message.type) {
    case 'renewed':
      // Another person may have signed in elsewhere; the page then starts again, with nothing of the first in memory.
      if (state.status === 'signed-in' && state.user.id !== message.user.id) location.reload();
      else
        become({
          status: 'signed-in',
          user: message.user,
          token: message.token,
          expiresAt: message.expiresAt,
        });
      break;
    case 'signed-out':
      leave(message.because);
      break;
    case 'user':
      if (state.status === 'signed-in' && state.user.id === message.user.id) {
        become({ ...state, user: message.user });
      }
      break;
    case 'ask':
      if (state.status === 'signed-in') {
        tell({ type: 'renewed', user: state.user, token: state.token, expiresAt: state.expiresAt });
      }
      break;
  }
});

function tell(message: TabMessage): void {
  channel?.postMessage(message);
}

export function getSession(): SessionState {
  return state;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Whether asking for a renewal can help: somebody has signed in on this browser before, or has gone to a provider to
 * do so, from where one comes back with the refresh cookie only.
 */
export function mayHaveSession(): boolean {
  try {
    if (localStorage.getItem(BEEN_HERE) === '1') return true;
    return Date.now() - Number(localStorage.getItem(AWAY_SINCE) ?? 0) < AWAY_MS;
  } catch {
    return true; // Storage is blocked: only the server knows.
  }
}

/** Call it when the browser leaves for a sign-in at a provider. */
export function leavingToSignIn(): void {
  remember(AWAY_SINCE, String(Date.now()));
}

export function signedIn(answer: SignIn): void {
  const expiresAt = Date.now() + answer.expires_in * 1000;
  remember(BEEN_HERE, '1');
  remember(AWAY_SINCE, null);
  remember(RENEWED_AT, String(Date.now()));
  become({ status: 'signed-in', user: answer.user, token: answer.access_token, expiresAt });
  tell({ type: 'renewed', user: answer.user, token: answer.access_token, expiresAt });
}

export function signedOut({
  everywhere = true,
  because,
}: {
  everywhere?: boolean;
  because?: SignedOutBecause;
} = {}): void {
  remember(BEEN_HERE, null);
  leave(because);
  if (everywhere) tell({ type: 'signed-out', because });
}

/** What is known of the reason stays: a call that was under way meanwhile only finds that the session is over. */
function leave(because: SignedOutBecause | undefined): void {
  const known = state.status === 'signed-out' ? state.because : undefined;
  become({ status: 'signed-out', because: because ?? known });
}

/** Takes over what the server says of the signed-in person, here and in every tab. */
export function userChanged({ id, email, name, role }: User): void {
  if (state.status !== 'signed-in' || state.user.id !== id) return;
  const { user: old } = state;
  if (old.email === email && old.name === name && old.role === role) return;
  const user = { id, email, name, role };
  become({ ...state, user });
  tell({ type: 'user', user });
}

/** The token to send, renewed first when it is about to end. Null when nobody is signed in. */
export async function freshToken(): Promise<string | null> {
  if (state.status === 'signed-in' && state.expiresAt - EARLY_MS > Date.now()) return state.token;
  if (state.status === 'signed-out') return null;
  return renew();
}

/**
 * Exchanges the cookie for a new access token, once for all callers in all tabs.
 *
 * Resolves to null when the session has ended. Rejects with `ApiError` when the server could not be asked: the session
 * is then kept as it was, since a lost connection is no reason to sign anybody out.
 */
export function renew(): Promise<string | null> {
  underWay ??= locked(renewHoldingLock).finally(() => {
    underWay = null;
  });
  return underWay;
}

async function locked<T>(task: (since: number) => Promise<T>): Promise<T> {
  const since = Date.now();
  if (!navigator.locks) return task(since);
  return navigator.locks.request(LOCK, () => task(since));
}

async function renewHoldingLock(since: number): Promise<string | null> {
  if (Number(recall(RENEWED_AT) ?? 0) > since) {
    const token = await tokenFromAnotherTab(since);
    if (token) return token;
  }
  let response: Response;
  try {
    response = await fetch('/api/v1/auth/refresh', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'biblios' },
    });
  } catch {
    throw new ApiError({ status: 0, code: 'offline', message: 'The server cannot be reached.' });
  }
  if (response.ok) {
    signedIn((await response.json()) as SignIn);
    return state.status === 'signed-in' ? state.token : null;
  }
  const problem = await problemOfResponse(response);
  if (response.status === 401) {
    signedOut();
    return null;
  }
  throw problem;
}

function tokenFromAnotherTab(since: number): Promise<string | null> {
  const current = () =>
    state.status === 'signed-in' && state.expiresAt - EARLY_MS > since && state.expiresAt > Date.now()
      ? state.token
      : null;
  const before = state;
  return new Promise((resolve) => {
    const done = (token: string | null) => {
      clearTimeout(timer);
      unsubscribe();
      resolve(token);
    };
    const timer = setTimeout(() => done(state === before ? null : current()), WAIT_FOR_TAB_MS);
    const unsubscribe = subscribe(() => done(current()));
    tell({ type: 'ask' });
  });
}
