/**
 * The session of this browser: an access token that lives in memory only, renewed through the httpOnly refresh cookie.
 *
 * Several tabs share one cookie whose token rotates, so they must not all renew at once. A Web Lock lets one tab
 * through; it tells the others the new token over a BroadcastChannel. A tab that had to wait for the lock, or that
 * finds the mark of a renewal it knows nothing of (a time stamp in localStorage; it is no secret), asks the others
 * first. Lock, message and mark reach a tab in no certain order, so none of them is relied on alone.
 */
import { ApiError, problemOfResponse } from './problem';
import type { SignIn, User } from './types';

/** Why nobody is signed in any more, where the next page says more than "sign in". */
type SignedOutBecause = 'account-deleted';

export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed-out'; because?: SignedOutBecause }
  | ({ status: 'signed-in' } & Granted);

/** What a sign-in or a renewal gave, and when; the times are those of this computer's clock. */
interface Granted {
  user: User;
  token: string;
  expiresAt: number;
  renewedAt: number;
}

type TabMessage =
  | ({ type: 'renewed' } & Granted)
  | { type: 'signed-out'; because?: SignedOutBecause }
  | { type: 'user'; user: User }
  /** Asks for a token that was got after this time. */
  | { type: 'ask'; after: number };

const LOCK = 'biblios:refresh';
const RENEWED_AT = 'biblios:renewed-at';
const BEEN_HERE = 'biblios:session';
const AWAY_SINCE = 'biblios:away-since';
const EARLY_MS = 30_000;
const WAIT_FOR_TAB_MS = 1000;
/** How long the lock is kept after a renewal, so that the news of it arrives before the next tab may go. */
const LINGER_MS = 100;
/** How long a sign-in at a provider may take; after that the server refuses it. */
const AWAY_MS = 10 * 60_000;

let state: SessionState = { status: 'unknown' };
let underWay: Promise<string | null> | null = null;
/** Who waited for this tab's own lock has nothing to ask the others. */
let lockReleased: Promise<void> = Promise.resolve();
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
      takeOver(message);
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
      if (state.status === 'signed-in' && isFresh(state) && state.renewedAt > message.after) {
        const { user, token, expiresAt, renewedAt } = state;
        tell({ type: 'renewed', user, token, expiresAt, renewedAt });
      }
      break;
  }
});

function takeOver({ user, token, expiresAt, renewedAt }: Granted): void {
  if (state.status === 'signed-in') {
    if (renewedAt <= state.renewedAt) return;
    // Another person has signed in elsewhere; the page starts again, with nothing of the first in memory.
    if (state.user.id !== user.id) {
      location.reload();
      return;
    }
  }
  become({ status: 'signed-in', user, token, expiresAt, renewedAt });
}

function isFresh({ expiresAt }: Granted): boolean {
  return expiresAt - EARLY_MS > Date.now();
}

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
  const renewedAt = Date.now();
  const granted: Granted = {
    user: answer.user,
    token: answer.access_token,
    expiresAt: renewedAt + answer.expires_in * 1000,
    renewedAt,
  };
  remember(BEEN_HERE, '1');
  remember(AWAY_SINCE, null);
  remember(RENEWED_AT, String(renewedAt));
  become({ status: 'signed-in', ...granted });
  tell({ type: 'renewed', ...granted });
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
  if (state.status === 'signed-out') return null;
  if (state.status === 'unknown') return renew();
  return isFresh(state) ? state.token : renewAfter(state.renewedAt);
}

/** The token to send after the server refused this one. Null when nobody is signed in. */
export async function tokenInsteadOf(refused: string | null): Promise<string | null> {
  if (state.status !== 'signed-in') return renew();
  return state.token !== refused && isFresh(state) ? state.token : renewAfter(state.renewedAt);
}

/**
 * Exchanges the cookie for a new access token, once for all callers in all tabs.
 *
 * Resolves to null when the session has ended. Rejects with `ApiError` when the server could not be asked: the session
 * is then kept as it was, since a lost connection is no reason to sign anybody out.
 */
export function renew(): Promise<string | null> {
  return renewAfter(Date.now());
}

/** `renew`, unless another tab has done so after that time: its token serves as well. */
function renewAfter(time: number): Promise<string | null> {
  const known = state;
  underWay ??= new Promise<string | null>((resolve, reject) => {
    const task = async (waited: boolean) => {
      const given = await tokenFromAnotherTab({ after: time, known, waited });
      if (given !== undefined) return resolve(given);
      resolve(await renewHoldingLock());
      await new Promise((done) => setTimeout(done, LINGER_MS));
    };
    lockReleased = lockReleased.then(() => locked(task)).catch(reject);
  }).finally(() => {
    underWay = null;
  });
  return underWay;
}

/** Runs the task when no other tab runs one. It is told whether it had to wait for another. */
async function locked(task: (waited: boolean) => Promise<void>): Promise<void> {
  if (!navigator.locks) return task(false);
  const ran = await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await task(false);
    return lock !== null;
  });
  if (!ran) await navigator.locks.request(LOCK, () => task(true));
}

/** What another tab got from the server after that time; null when it ended the session; undefined when neither. */
async function tokenFromAnotherTab({
  after,
  known,
  waited,
}: {
  after: number;
  known: SessionState;
  waited: boolean;
}): Promise<string | null | undefined> {
  const given = () => {
    if (state.status === 'signed-in' && state.renewedAt > after && isFresh(state)) return state.token;
    return state.status === 'signed-out' && known.status === 'signed-in' ? null : undefined;
  };
  const othersMayKnow = waited || Number(recall(RENEWED_AT) ?? 0) > after;
  if (given() !== undefined || !othersMayKnow) return given();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve(given());
    };
    const timer = setTimeout(done, WAIT_FOR_TAB_MS);
    const unsubscribe = subscribe(() => given() !== undefined && done());
    tell({ type: 'ask', after });
  });
}

async function renewHoldingLock(): Promise<string | null> {
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
