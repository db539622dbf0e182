import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { MemoryRouter } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import { Pages } from '@/App';
import { AuthProvider } from '@/contexts/AuthContext';
import { createQueryClient } from '@/services/queries';
import { getSession, signedOut } from '@/services/session';
import { problem, server, signIn } from '@/test/server';

async function open(path: string) {
  const user = userEvent.setup();
  const view = render(
    <QueryClientProvider client={createQueryClient()}>
      <MemoryRouter initialEntries={[path]}>
        <AuthProvider>
          <Pages />
        </AuthProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { level: 1 }, { timeout: 5000 });
  return { user, view };
}

const email = () => screen.getByLabelText('Mail address');
const password = () => screen.getByLabelText('Password');

beforeEach(() => signedOut({ everywhere: false }));

describe('signing in', () => {
  it('is where a page without a session leads', async () => {
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

describe('registering', () => {
  it('puts what the server says about a field on that field', async () => {
    server.use(
      http.post('*/api/v1/auth/register', () =>
        problem(409, 'email_taken', {
          errors: [{ field: 'email', code: 'email_taken', message: 'Already registered.' }],
        }),
      ),
    );
    const { user } = await open('/register');
    await user.type(email(), 'ada@example.com');
    await user.type(password(), 'correct horse battery{Enter}');
    expect(await screen.findByText('Already registered.')).toBeVisible();
    expect(email()).toHaveAccessibleDescription('Already registered.');
    expect(email()).toHaveFocus();
  });

  it('refuses a short password before anything is sent', async () => {
    const { user } = await open('/register');
    await user.type(email(), 'ada@example.com');
    await user.type(password(), 'short{Enter}');
    expect(await screen.findByText(/Use at least 8 characters/)).toBeVisible();
  });
});
