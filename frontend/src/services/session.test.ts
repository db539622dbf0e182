import { locks } from 'node:worker_threads';
import { delay, HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem, server, signIn } from '@/test/server';

const REFRESH = '*/api/v1/auth/refresh';
let session: typeof import('./session');
let api: typeof import('./api');

beforeEach(async () => {
  vi.resetModules();
  session = await import('./session');
  api = await import('./api');
});

describe('renew', () => {
  it('asks once for all that wait', async () => {
    let calls = 0;
    server.use(
      http.post(REFRESH, ({ request }) => {
        calls += 1;
        expect(request.headers.get('x-requested-with')).toBe('biblios');
        return HttpResponse.json(signIn());
      }),
    );
    const tokens = await Promise.all([session.renew(), session.renew(), session.freshToken()]);
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
    expect(calls).toBe(1);
  });

  it('signs out when the session has ended', async () => {
    server.use(http.post(REFRESH, () => problem(401, 'no_session')));
    expect(await session.renew()).toBeNull();
    expect(session.getSession().status).toBe('signed-out');
  });

  it('keeps the session when the server cannot be reached', async () => {
    session.signedIn(signIn());
    server.use(http.post(REFRESH, () => HttpResponse.error()));
    await expect(session.renew()).rejects.toMatchObject({ code: 'offline' });
    expect(session.getSession().status).toBe('signed-in');
  });

  it('keeps the token out of storage', () => {
    session.signedIn(signIn('very-secret'));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('very-secret');
  });
});

describe('what is known of the person', () => {
  it('follows what the server says, of this person only', () => {
    session.signedIn(signIn());
    session.userChanged({ id: 'u1', email: 'ada@new.example', name: 'Ada King', role: 'member' });
    expect(session.getSession()).toMatchObject({
      token: 'token-1',
      user: { id: 'u1', email: 'ada@new.example', name: 'Ada King', role: 'member' },
    });
    session.userChanged({ id: 'u2', email: 'eve@example.com', name: 'Eve', role: 'admin' });
    expect(session.getSession()).toMatchObject({ user: { id: 'u1' } });
  });

  it('reaches the other tabs', async () => {
    session.signedIn(signIn());
    vi.resetModules();
    const elsewhere: typeof import('./session') = await import('./session');
    elsewhere.signedIn(signIn());
    session.userChanged({ ...signIn().user, name: 'Ada King' });
    await vi.waitFor(() => expect(elsewhere.getSession()).toMatchObject({ user: { name: 'Ada King' } }));
    elsewhere.signedOut({ because: 'account-deleted' });
    await vi.waitFor(() =>
      expect(session.getSession()).toEqual({ status: 'signed-out', because: 'account-deleted' }),
    );
  });

  it('keeps the reason of a sign-out when a call finds the session over', async () => {
    session.signedIn(signIn());
    session.signedOut({ because: 'account-deleted' });
    session.signedOut();
    expect(session.getSession()).toEqual({ status: 'signed-out', because: 'account-deleted' });
  });
});

describe('several tabs', () => {
  const HOUR_MS = 60 * 60_000;
  let clock = Date.now();
  let tabs: (typeof session)[];
  let calls: number;

  beforeEach(async () => {
    Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
    clock += 24 * HOUR_MS; // Tabs of the test before are there still; what they hold has ended by now.
    vi.useFakeTimers({ toFake: ['Date'], now: clock });
    calls = 0;
    server.use(
      http.post(REFRESH, async () => {
        calls += 1;
        await delay(20);
        return HttpResponse.json(signIn(`renewed-${calls}`));
      }),
    );
    tabs = [];
    for (let count = 0; count < 5; count += 1) {
      vi.resetModules();
      tabs.push(await import('./session'));
    }
    session = tabs[0] as typeof session;
    session.signedIn(signIn());
    for (const tab of tabs) await vi.waitFor(() => expect(tab.getSession().status).toBe('signed-in'));
    vi.setSystemTime(clock + HOUR_MS);
  });

  afterEach(() => {
    vi.useRealTimers();
    localStorage.clear();
    Reflect.deleteProperty(navigator, 'locks');
  });

  it('whose tokens have ended renew once', async () => {
    const tokens = await Promise.all(tabs.map((tab) => tab.freshToken()));
    expect(tokens).toEqual(Array(5).fill('renewed-1'));
    expect(calls).toBe(1);
  });

  it('take the new token also when they ask after it came, and before they heard of it', async () => {
    await session.freshToken();
    const tokens = await Promise.all(tabs.map((tab) => tab.freshToken()));
    expect(tokens).toEqual(Array(5).fill('renewed-1'));
    expect(calls).toBe(1);
  });

  it('keep the newer token when a tab answers that has an older one', async () => {
    const old = session.getSession();
    await session.freshToken();
    const stale = new BroadcastChannel('biblios:session');
    stale.postMessage({ type: 'renewed', ...old });
    for (const tab of tabs) {
      await vi.waitFor(() => expect(tab.getSession()).toMatchObject({ token: 'renewed-1' }));
    }
    stale.close();
    expect(await session.freshToken()).toBe('renewed-1');
    expect(calls).toBe(1);
  });

  it('renew themselves when the tab that did so is gone', async () => {
    localStorage.setItem('biblios:renewed-at', String(Date.now()));
    expect(await session.freshToken()).toBe('renewed-1');
    expect(calls).toBe(1);
  });

  it('replace a refused token by what another tab got meanwhile', async () => {
    await session.renew();
    expect(await session.tokenInsteadOf('token-1')).toBe('renewed-1');
    expect(await session.tokenInsteadOf('renewed-1')).toBe('renewed-2');
  });

  it('are all signed out when the one that renews finds the session over', async () => {
    server.use(
      http.post(REFRESH, () => {
        calls += 1;
        return problem(401, 'session_ended');
      }),
    );
    const tokens = await Promise.all(tabs.map((tab) => tab.freshToken()));
    expect(tokens).toEqual(Array(5).fill(null));
    expect(calls).toBe(1);
  });
});

describe('coming back from a provider', () => {
  it('asks for a renewal although nobody has signed in here before', () => {
    expect(session.mayHaveSession()).toBe(false);
    session.leavingToSignIn();
    expect(session.mayHaveSession()).toBe(true);
  });

  it('goes on asking when another tab finds nobody signed in meanwhile', () => {
    session.leavingToSignIn();
    session.signedOut();
    expect(session.mayHaveSession()).toBe(true);
  });

  it('stops when nothing can come of it any more', () => {
    session.leavingToSignIn();
    vi.useFakeTimers({ now: Date.now() + 11 * 60_000 });
    expect(session.mayHaveSession()).toBe(false);
    vi.useRealTimers();
  });
});

describe('calls', () => {
  it('renew the token once on 401 and repeat, body and all', async () => {
    session.signedIn(signIn('old'));
    const seen: string[] = [];
    server.use(
      http.post(REFRESH, () => HttpResponse.json(signIn('new'))),
      http.post('*/api/v1/conversations', async ({ request }) => {
        seen.push(`${request.headers.get('authorization')} ${await request.text()}`);
        return seen.length === 1
          ? problem(401, 'unauthenticated')
          : HttpResponse.json({ id: 'c1', title: 'T', created_at: '', updated_at: '' }, { status: 201 });
      }),
    );
    const created = await api.unwrap(api.client.POST('/api/v1/conversations', { body: { title: 'T' } }));
    expect(created.id).toBe('c1');
    expect(seen).toEqual(['Bearer old {"title":"T"}', 'Bearer new {"title":"T"}']);
  });

  it('do not go round in circles when 401 stays', async () => {
    session.signedIn(signIn('old'));
    let calls = 0;
    server.use(
      http.post(REFRESH, () => HttpResponse.json(signIn('new'))),
      http.get('*/api/v1/auth/me', () => {
        calls += 1;
        return problem(401, 'unauthenticated');
      }),
    );
    await expect(api.unwrap(api.client.GET('/api/v1/auth/me'))).rejects.toMatchObject({ status: 401 });
    expect(calls).toBe(2);
  });

  it('tell failures apart by code, also without a problem document', async () => {
    session.signedIn(signIn());
    server.use(http.get('*/api/v1/auth/me', () => problem(429, 'rate_limited')));
    await expect(api.unwrap(api.client.GET('/api/v1/auth/me'))).rejects.toMatchObject({
      code: 'rate_limited',
      requestId: 'r1',
    });
    server.use(
      http.get('*/api/v1/auth/me', () => new HttpResponse('<html>bad gateway</html>', { status: 502 })),
    );
    await expect(api.unwrap(api.client.GET('/api/v1/auth/me'))).rejects.toMatchObject({
      code: 'unreadable',
      status: 502,
    });
    server.use(http.get('*/api/v1/auth/me', () => HttpResponse.error()));
    await expect(api.unwrap(api.client.GET('/api/v1/auth/me'))).rejects.toMatchObject({ code: 'offline' });
  });
});
