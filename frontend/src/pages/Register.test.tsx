import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { getSession, signedIn, signedOut } from '@/services/session';
import { openAt } from '@/test/openAt';
import { problem, server, signIn } from '@/test/server';

const email = () => screen.findByLabelText('Mail address');
const password = () => screen.findByLabelText('Password');

const offer = {
  email: 'guest@example.com',
  role: 'member',
  inviter: 'Grace',
  expires_at: '2026-12-04T10:00:00Z',
};

function mode(value: 'open' | 'invite' | 'closed', first = false) {
  server.use(http.get('*/api/v1/auth/registration', () => HttpResponse.json({ mode: value, first })));
}

beforeEach(() => {
  signedOut({ everywhere: false });
  server.use(http.get('*/api/v1/auth/providers', () => HttpResponse.json({ items: [] })));
  mode('open');
});

describe('registering', () => {
  it('puts what the server says about a field on that field', async () => {
    server.use(
      http.post('*/api/v1/auth/register', () =>
        problem(409, 'email_taken', {
          errors: [{ field: 'email', code: 'email_taken', message: 'Already registered.' }],
        }),
      ),
    );
    const { user } = await openAt('/register');
    await user.type(await email(), 'ada@example.com');
    await user.type(await password(), 'correct horse battery{Enter}');
    expect(await screen.findByText('Already registered.')).toBeVisible();
    expect(await email()).toHaveAccessibleDescription('Already registered.');
    expect(await email()).toHaveFocus();
  });

  it('refuses a short password before anything is sent', async () => {
    const { user } = await openAt('/register');
    await user.type(await email(), 'ada@example.com');
    await user.type(await password(), 'short{Enter}');
    expect(await screen.findByText(/Use at least 8 characters/)).toBeVisible();
  });

  it('says up front that the first account is the administrator’s', async () => {
    mode('open', true);
    await openAt('/register');
    expect(await screen.findByText(/this account will be the administrator’s/)).toBeVisible();
  });

  it.each([
    ['invite', 'You need an invitation'],
    ['closed', 'New accounts are closed'],
  ] as const)('asks nothing in vain when registration is %s', async (value, title) => {
    mode(value);
    await openAt('/register');
    expect(await screen.findByRole('heading', { name: title })).toBeVisible();
    expect(screen.queryByLabelText('Password')).toBeNull();
  });

  it('shows the form when the server does not say who may register', async () => {
    let asked = 0;
    server.use(
      http.get('*/api/v1/auth/registration', () => {
        asked += 1;
        return problem(503, 'unavailable');
      }),
    );
    await openAt('/register');
    expect(await email()).toBeVisible();
    expect(asked).toBe(1);
  });
});

describe('an invitation', () => {
  it('names who invites, fixes the address, and leaves the address bar', async () => {
    mode('invite');
    let asked: unknown;
    let sent: unknown;
    server.use(
      http.post('*/api/v1/auth/invitations/look-up', async ({ request }) => {
        asked = await request.json();
        return HttpResponse.json(offer);
      }),
      http.post('*/api/v1/auth/register', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(signIn(), { status: 201 });
      }),
      http.all('*/api/v1/*', () => problem(503, 'unavailable')),
    );
    const { user } = await openAt('/register#invitation=the-secret');
    expect(await screen.findByRole('heading', { name: 'Grace invites you' })).toBeVisible();
    await expect.poll(() => screen.getByTestId('address').textContent).toBe('/register');
    expect(asked).toEqual({ token: 'the-secret' });
    expect(await email()).toHaveValue('guest@example.com');
    expect(await email()).toHaveAttribute('readonly');
    await user.type(await password(), 'correct horse battery{Enter}');
    await expect.poll(() => getSession().status).toBe('signed-in');
    expect(sent).toEqual({
      email: 'guest@example.com',
      password: 'correct horse battery',
      invitation: 'the-secret',
    });
  });

  it('says so when it no longer works', async () => {
    server.use(http.post('*/api/v1/auth/invitations/look-up', () => problem(422, 'link_invalid')));
    await openAt('/register#invitation=old');
    expect(await screen.findByRole('heading', { name: 'This invitation no longer works' })).toBeVisible();
  });

  it('says so when it was used while the form was filled in', async () => {
    server.use(
      http.post('*/api/v1/auth/invitations/look-up', () => HttpResponse.json(offer)),
      http.post('*/api/v1/auth/register', () => problem(422, 'link_invalid')),
    );
    const { user } = await openAt('/register#invitation=x');
    await screen.findByRole('heading', { name: 'Grace invites you' });
    await user.type(await password(), 'correct horse battery{Enter}');
    expect(await screen.findByRole('heading', { name: 'This invitation no longer works' })).toBeVisible();
  });

  it('asks who is signed in to sign out first, and then goes on', async () => {
    signedIn(signIn());
    server.use(
      http.post('*/api/v1/auth/invitations/look-up', () => HttpResponse.json(offer)),
      http.post('*/api/v1/auth/logout', () => new HttpResponse(null, { status: 204 })),
    );
    const { user } = await openAt('/register#invitation=x');
    expect(
      await screen.findByRole('heading', { name: 'You are signed in as ada@example.com' }),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Sign out and accept' }));
    expect(await screen.findByRole('heading', { name: 'Grace invites you' })).toBeVisible();
  });

  it('offers to try again when it could not be read', async () => {
    let answers = false;
    server.use(
      http.post('*/api/v1/auth/invitations/look-up', () =>
        answers ? HttpResponse.json(offer) : problem(429, 'rate_limited'),
      ),
    );
    const { user } = await openAt('/register#invitation=x');
    expect(await screen.findByText('The invitation could not be read')).toBeVisible();
    answers = true;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Grace invites you' })).toBeVisible();
  });
});
