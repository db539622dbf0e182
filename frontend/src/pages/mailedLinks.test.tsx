import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { getSession, signedIn, signedOut } from '@/services/session';
import { openAt } from '@/test/openAt';
import { account, problem, server, signIn, withoutMail } from '@/test/server';

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const done = () => new HttpResponse(null, { status: 204 });
const address = () => screen.getByTestId('address');

beforeEach(() => {
  signedOut({ everywhere: false });
  server.use(
    http.get('*/api/v1/auth/providers', () =>
      HttpResponse.json({ items: [{ name: 'github', label: 'GitHub' }] }),
    ),
    // What the pages beyond ask for is no part of these tests.
    http.get(/\/api\/v1\/(?!auth)/, () => problem(503, 'unavailable')),
  );
});

describe('a forgotten password', () => {
  it('answers alike whatever the address, and can be asked again', async () => {
    const asked: unknown[] = [];
    server.use(
      http.post('*/api/v1/auth/password/forgot', async ({ request }) => {
        asked.push(await request.json());
        return new HttpResponse(null, { status: 202 });
      }),
    );
    const { user } = await openAt('/forgot');
    await user.type(screen.getByLabelText('Mail address'), 'ada@example.com{Enter}');
    await heading('Look at your mail');
    await user.click(screen.getByRole('button', { name: 'Send it again' }));
    await expect.poll(() => asked).toEqual([{ email: 'ada@example.com' }, { email: 'ada@example.com' }]);
    await user.click(screen.getByRole('button', { name: 'Use another address' }));
    expect(await screen.findByLabelText('Mail address')).toHaveValue('');
  });

  it('promises no mail where none is sent', async () => {
    server.use(
      withoutMail(),
      http.post('*/api/v1/auth/password/forgot', () => new HttpResponse(null, { status: 202 })),
    );
    const { user } = await openAt('/forgot');
    expect(await screen.findByText('No mail is sent from here')).toBeVisible();
    expect(document.body).not.toHaveTextContent(/by mail|Send/);
    await user.type(screen.getByLabelText('Mail address'), 'ada@example.com');
    await user.click(screen.getByRole('button', { name: 'Make the link' }));
    await heading('Ask for your link');
    expect(screen.getByRole('button', { name: 'Make it again' })).toBeVisible();
    expect(document.body).not.toHaveTextContent(/on its way|Send|spam/);
  });

  it('says how long to wait when it was asked too often', async () => {
    const tooOften = HttpResponse.json(
      { code: 'rate_limited', detail: 'Too many attempts.' },
      { status: 429, headers: { 'Retry-After': '1790' } },
    );
    server.use(http.post('*/api/v1/auth/password/forgot', () => tooOften));
    const { user } = await openAt('/forgot');
    await user.type(screen.getByLabelText('Mail address'), 'ada@example.com{Enter}');
    expect(await screen.findByText('Too many requests. Try again in 30 minutes.')).toBeVisible();
  });
});

describe('a new password', () => {
  it('is set with the secret, which leaves the address bar, and signs out here', async () => {
    signedIn(signIn());
    let sent: unknown;
    server.use(
      http.post('*/api/v1/auth/password/reset', async ({ request }) => {
        sent = await request.json();
        return done();
      }),
    );
    const { user } = await openAt('/reset#token=secret');
    await expect.poll(() => address().textContent).toBe('/reset');
    await user.type(screen.getByLabelText('New password'), 'a new passphrase{Enter}');
    await heading('Your password is set');
    expect(sent).toEqual({ token: 'secret', password: 'a new passphrase' });
    expect(getSession().status).toBe('signed-out');
  });

  it('keeps the form when the password is refused', async () => {
    server.use(
      http.post('*/api/v1/auth/password/reset', () =>
        problem(422, 'weak_password', {
          errors: [{ field: 'password', code: 'too_common', message: 'Too common.' }],
        }),
      ),
    );
    const { user } = await openAt('/reset#token=secret');
    await user.type(screen.getByLabelText('New password'), 'password1{Enter}');
    expect(await screen.findByText('Too common.')).toBeVisible();
  });

  it.each(['/reset', '/reset#token=old'])('shows the way to a new link: %s', async (path) => {
    server.use(http.post('*/api/v1/auth/password/reset', () => problem(422, 'link_invalid')));
    const { user } = await openAt(path);
    const field = screen.queryByLabelText('New password');
    if (field) await user.type(field, 'a new passphrase{Enter}');
    await heading('This link no longer works');
    expect(screen.getByRole('link', { name: 'Get a new link' })).toHaveAttribute('href', '/forgot');
  });
});

describe('an address to prove', () => {
  it('is proven once, without a click', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post('*/api/v1/auth/email/verify', async ({ request }) => {
        sent.push(await request.json());
        return done();
      }),
    );
    await openAt('/verify#token=secret');
    await heading('Your address is confirmed');
    expect(sent).toEqual([{ token: 'secret' }]);
    await expect.poll(() => address().textContent).toBe('/verify');
  });

  it('shows the changed address to whom it belongs', async () => {
    signedIn(signIn());
    const changed = { ...signIn(), user: { ...signIn().user, email: 'new@example.com' } };
    server.use(
      http.post('*/api/v1/auth/email/verify', done),
      http.post('*/api/v1/auth/refresh', () => HttpResponse.json(changed)),
    );
    await openAt('/verify#token=secret');
    expect(await screen.findByText(/new@example.com is yours/)).toBeVisible();
    expect(getSession()).toMatchObject({ user: { email: 'new@example.com' } });
  });

  it('leads who is signed out to sign in, and back', async () => {
    server.use(http.post('*/api/v1/auth/email/verify', () => problem(422, 'link_invalid')));
    await openAt('/verify#token=old');
    await heading('This link no longer works');
    expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/login?next=%2Fverify');
  });

  it.each([
    [true, 'Nothing left to confirm'],
    [false, 'This link no longer works'],
  ])('knows for who is signed in whether it was proven (%s)', async (verified, title) => {
    signedIn(signIn());
    let asked = 0;
    server.use(
      http.post('*/api/v1/auth/email/verify', () => problem(422, 'link_invalid')),
      http.get('*/api/v1/auth/me', () =>
        HttpResponse.json({ ...signIn().user, email_verified: verified, has_password: true, groups: [] }),
      ),
      http.post('*/api/v1/auth/email/verification', () => {
        asked += 1;
        return new HttpResponse(null, { status: 202 });
      }),
    );
    const { user } = await openAt('/verify#token=old');
    await heading(title);
    if (verified) return;
    await user.click(screen.getByRole('button', { name: 'Send a new link' }));
    await heading('Look at your mail');
    expect(asked).toBe(1);
  });
});

describe('an address to prove, where no mail is sent', () => {
  it('is promised a link on the terminal only', async () => {
    signedIn(signIn());
    server.use(
      withoutMail(),
      http.post('*/api/v1/auth/email/verify', () => problem(422, 'link_invalid')),
      http.get('*/api/v1/auth/me', () => HttpResponse.json(account({ email_verified: false }))),
      http.post('*/api/v1/auth/email/verification', () => new HttpResponse(null, { status: 202 })),
    );
    const { user } = await openAt('/verify#token=old');
    await heading('This link no longer works');
    await user.click(await screen.findByRole('button', { name: 'Make a new link' }));
    await heading('Ask for your link');
    expect(
      screen.getByText(/ada@example.com is printed on the terminal where the server runs/),
    ).toBeVisible();
    expect(document.body).not.toHaveTextContent(/on its way|was sent|Look at your mail/);
  });
});

describe('linking', () => {
  const path = '/link#token=secret&provider=github&return_to=%2Fsearch%3Fq%3Dtea';

  it('names the provider and goes on to where the person was going', async () => {
    let sent: unknown;
    server.use(
      http.post('*/api/v1/auth/oauth/link', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(signIn());
      }),
    );
    const { user } = await openAt(path);
    expect(await screen.findByText(/the same address as yours at GitHub/)).toBeVisible();
    await expect.poll(() => address().textContent).toBe('/link');
    await user.type(screen.getByLabelText('Password of your account here'), 'the password{Enter}');
    await expect.poll(() => address().textContent).toBe('/search?q=tea');
    expect(sent).toEqual({ token: 'secret', password: 'the password' });
  });

  it('never leads to another site', async () => {
    server.use(http.post('*/api/v1/auth/oauth/link', () => HttpResponse.json(signIn())));
    const { user } = await openAt('/link#token=secret&provider=github&return_to=%2F%2Fevil.example');
    await user.type(screen.getByLabelText('Password of your account here'), 'the password{Enter}');
    await expect.poll(() => address().textContent).toBe('/');
  });

  it('keeps the form on a wrong password and says so on the field', async () => {
    server.use(
      http.post('*/api/v1/auth/oauth/link', () =>
        problem(422, 'wrong_password', {
          errors: [{ field: 'password', code: 'wrong_password', message: 'Not the password.' }],
        }),
      ),
    );
    const { user } = await openAt(path);
    await user.type(screen.getByLabelText('Password of your account here'), 'a guess{Enter}');
    expect(await screen.findByText('Not the password.')).toBeVisible();
  });

  it('says when it took too long', async () => {
    server.use(http.post('*/api/v1/auth/oauth/link', () => problem(422, 'link_invalid')));
    const { user } = await openAt(path);
    await user.type(screen.getByLabelText('Password of your account here'), 'the password{Enter}');
    await heading('This can no longer be confirmed');
  });
});
