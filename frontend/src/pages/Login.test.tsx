import { screen } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { getSession, mayHaveSession, signedIn, signedOut } from '@/services/session';
import { openAt as open } from '@/test/openAt';
import { problem, server, signIn } from '@/test/server';

const email = () => screen.getByLabelText('Mail address');
const password = () => screen.getByLabelText('Password');

beforeEach(() => {
  signedOut({ everywhere: false });
  server.use(http.get('*/api/v1/auth/providers', () => HttpResponse.json({ items: [] })));
});

describe('signing in', () => {
  it('is where a page without a session leads', async () => {
    await open('/library');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Welcome back');
  });

  it.each(['/', '/library', '/login', '/forgot', '/admin/people'])(
    'gives way to the set-up of a server without accounts: %s',
    async (path) => {
      server.use(
        http.get('*/api/v1/auth/registration', () => HttpResponse.json({ mode: 'open', first: true })),
      );
      await open(path);
      expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Set up your workspace');
      expect(screen.getByTestId('address')).toHaveTextContent(/^\/register/);
    },
  );

  it('shows no form and no title before it is known whether there are accounts', async () => {
    const titles: string[] = [];
    const watch = new MutationObserver(() => {
      for (const heading of document.querySelectorAll('h1')) titles.push(heading.textContent);
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    server.use(
      http.get('*/api/v1/auth/registration', async () => {
        await delay(80);
        return HttpResponse.json({ mode: 'open', first: true });
      }),
    );
    await open('/register');
    watch.disconnect();
    expect(new Set(titles)).toEqual(new Set(['Set up your workspace']));
  });

  it('is shown when the server does not say whether there are accounts', async () => {
    server.use(http.get('*/api/v1/auth/registration', () => problem(503, 'unavailable')));
    await open('/library');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Welcome back');
  });

  it('says on the fields what is missing, before anything is sent', async () => {
    const { user } = await open('/login');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('Enter your mail address.')).toBeVisible();
    expect(email()).toBeInvalid();
    expect(email()).toHaveAccessibleDescription('Enter your mail address.');
  });

  it('keeps what was typed and shows the reason when it is refused', async () => {
    server.use(http.post('*/api/v1/auth/login', () => problem(401, 'invalid_credentials')));
    const { user } = await open('/login');
    await user.type(email(), 'ada@example.com');
    await user.type(password(), 'wrong password{Enter}');
    expect(await screen.findByText('detail of invalid_credentials')).toBeVisible();
    expect(email()).toHaveValue('ada@example.com');
    expect(password()).toHaveValue('wrong password');
  });

  it('sends the address and the password', async () => {
    let sent: unknown;
    server.use(
      http.post('*/api/v1/auth/login', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(signIn());
      }),
      http.all('*/api/v1/*', () => problem(503, 'unavailable')),
    );
    const { user } = await open('/login');
    await user.type(email(), 'ada@example.com');
    await user.type(password(), 'right password{Enter}');
    await expect.poll(() => getSession().status).toBe('signed-in');
    expect(sent).toEqual({ email: 'ada@example.com', password: 'right password' });
  });

  it('shows and hides the password', async () => {
    const { user } = await open('/login');
    await user.click(screen.getByRole('button', { name: 'Show password' }));
    expect(password()).toHaveAttribute('type', 'text');
    await user.click(screen.getByRole('button', { name: 'Hide password' }));
    expect(password()).toHaveAttribute('type', 'password');
  });

  it('has no accessibility violations', async () => {
    const { view } = await open('/login');
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });
});

describe('coming back from a provider', () => {
  beforeEach(() =>
    server.use(
      http.get('*/api/v1/auth/providers', () =>
        HttpResponse.json({ items: [{ name: 'oidc', label: 'Staff login' }] }),
      ),
    ),
  );

  it.each([
    ['provider_denied', 'You did not allow the sign-in at Staff login.'],
    ['provider_refused', 'The sign-in at Staff login took too long or was used already.'],
    ['state_invalid', 'was begun in another browser'],
    ['provider_unavailable', 'Staff login does not answer right now.'],
    ['identity_invalid', 'What Staff login sent could not be verified'],
    ['email_unverified', 'Staff login has not verified your mail address.'],
    ['email_missing', 'Staff login gave no mail address.'],
    ['link_by_signing_in', 'then link Staff login in the settings'],
    ['already_linked', 'is linked to another account here'],
    ['invitation_required', 'needs an invitation'],
    ['registration_closed', 'New accounts are not made here.'],
    ['account_inactive', 'Your account was deactivated.'],
    ['rate_limited', 'Too many sign-ins were started'],
    ['unavailable', 'This server is not ready right now.'],
    ['a_code_of_tomorrow', 'The sign-in at Staff login did not work.'],
  ])('says in words what %s means, as an alert', async (code, words) => {
    await open(`/login?error=${code}&provider=oidc`);
    expect(await screen.findByText(words, { exact: false })).toBeVisible();
    expect(screen.getByText(words, { exact: false }).closest('[role=alert]')).not.toBeNull();
  });

  it('takes the message away once something else was tried', async () => {
    server.use(http.post('*/api/v1/auth/login', () => problem(401, 'invalid_credentials')));
    const { user } = await open('/login?error=provider_denied&provider=oidc');
    await screen.findByText(/You did not allow/);
    await user.type(email(), 'ada@example.com');
    await user.type(password(), 'wrong password{Enter}');
    expect(await screen.findByText('detail of invalid_credentials')).toBeVisible();
    expect(screen.queryByText(/You did not allow/)).toBeNull();
  });

  it('tells somebody who is signed in already, instead of hiding it behind the start page', async () => {
    signedIn(signIn());
    await open('/login?error=already_linked&provider=oidc');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('You are signed in');
    expect(screen.getByText(/is linked to another account here/)).toBeVisible();
  });

  it('leads there with the way back, and remembers having left', async () => {
    const { user } = await open('/login?next=%2Flibrary%3Fkind%3Dpdf');
    const link = await screen.findByRole('link', { name: 'Continue with Staff login' });
    expect(link).toHaveAttribute('href', '/api/v1/auth/oauth/oidc/start?return_to=%2Flibrary%3Fkind%3Dpdf');
    link.addEventListener('click', (event) => event.preventDefault());
    expect(mayHaveSession()).toBe(false);
    await user.click(link);
    expect(mayHaveSession()).toBe(true);
  });

  it('says when the providers could not be loaded, and tries again', async () => {
    let answers = false;
    server.use(
      http.get('*/api/v1/auth/providers', () =>
        answers
          ? HttpResponse.json({ items: [{ name: 'google', label: 'Google' }] })
          : problem(500, 'internal_error'),
      ),
    );
    const { user } = await open('/login');
    await screen.findByText('Other ways to sign in could not be loaded.');
    answers = true;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Continue with Google' })).toBeVisible();
  });
});
