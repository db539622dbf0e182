import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { useAuth } from '@/contexts/AuthContext';
import { getSession } from '@/services/session';
import { openPage } from '@/test/openPage';
import { account, problem, server, withoutMail } from '@/test/server';
import Settings from './Settings';

/** As in the application: these pages are for people with a session. */
const WhileSignedIn = () => (useAuth().user ? <Settings /> : null);

const open = (path: string) => openPage(<WhileSignedIn />, '/settings/:tab?', path);
const me = (changes: Parameters<typeof account>[0] = {}) =>
  http.get('*/api/v1/auth/me', () => HttpResponse.json(account(changes)));
const providers = (...names: string[]) =>
  http.get('*/api/v1/auth/providers', () =>
    HttpResponse.json({ items: names.map((name) => ({ name: name.toLowerCase(), label: name })) }),
  );
const linked = (...names: string[]) =>
  http.get('*/api/v1/auth/linked-accounts', () =>
    HttpResponse.json({
      items: names.map((name) => ({
        provider: name.toLowerCase(),
        label: name,
        email: `ada@${name.toLowerCase()}.example`,
        linked_at: '2026-02-01T00:00:00Z',
        last_used_at: '2026-02-02T00:00:00Z',
      })),
    }),
  );
const field = (code: string, name: string) =>
  problem(422, code, { errors: [{ field: name, code, message: `message of ${code}` }] });

describe('the profile', () => {
  it('saves the name, and the session has it at once', async () => {
    server.use(
      me(),
      http.patch('*/api/v1/auth/me', async ({ request }) =>
        HttpResponse.json(account((await request.json()) as { name: string })),
      ),
    );
    const { user } = open('/settings/profile');
    const name = await screen.findByLabelText('Name', {}, { timeout: 5000 });
    await user.clear(name);
    await user.click(screen.getByRole('button', { name: 'Save name' }));
    expect(name).toHaveAccessibleDescription('Enter a name.');
    await user.type(name, '  Ada King ');
    await user.click(screen.getByRole('button', { name: 'Save name' }));
    await waitFor(() => expect(getSession()).toMatchObject({ user: { name: 'Ada King' } }));
    await waitFor(() => expect(name).toHaveValue('Ada King'));
  });

  it('shows groups, and takes over what the server knows of the person', async () => {
    server.use(me({ groups: ['finance', 'board'], role: 'member', email: 'ada@new.example' }));
    open('/settings/profile');
    expect(await screen.findByText('finance', {}, { timeout: 5000 })).toBeVisible();
    expect(await screen.findByText('ada@new.example')).toBeVisible();
    expect(getSession()).toMatchObject({ user: { role: 'member', email: 'ada@new.example' } });
  });

  it('sends the link for an unproven address again, or says when it may', async () => {
    server.use(
      me({ email_verified: false }),
      http.post('*/api/v1/auth/email/verification', () => problem(429, 'rate_limited'), { once: true }),
    );
    const { user } = open('/settings/profile');
    const again = await screen.findByRole('button', { name: 'Send the link again' }, { timeout: 5000 });
    await user.click(again);
    expect(await screen.findByText('detail of rate_limited')).toBeVisible();
    server.use(http.post('*/api/v1/auth/email/verification', () => new HttpResponse(null, { status: 202 })));
    await user.click(again);
    expect((await screen.findAllByText('A new link is on its way to ada@example.com'))[0]).toBeVisible();
  });

  it('puts the refusal of a new address on its field', async () => {
    server.use(
      me(),
      http.post('*/api/v1/auth/email/change', () => field('wrong_password', 'password'), { once: true }),
      http.post('*/api/v1/auth/email/change', () => problem(409, 'email_taken')),
    );
    const { user } = open('/settings/profile');
    await user.click(await screen.findByRole('button', { name: 'Change address' }, { timeout: 5000 }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('New mail address'), 'new@example.com');
    await user.type(dialog.getByLabelText('Current password'), 'a guess');
    await user.click(dialog.getByRole('button', { name: 'Send the link' }));
    await waitFor(() =>
      expect(dialog.getByLabelText('Current password')).toHaveAccessibleDescription(
        'message of wrong_password',
      ),
    );
    await user.click(dialog.getByRole('button', { name: 'Send the link' }));
    await waitFor(() =>
      expect(dialog.getByLabelText('New mail address')).toHaveAccessibleDescription('detail of email_taken'),
    );
    expect(dialog.getByLabelText('New mail address')).toHaveValue('new@example.com');
  });
});

describe('a change of address', () => {
  it('promises no mail where none is sent', async () => {
    let pending: string | null = null;
    server.use(
      withoutMail(),
      http.get('*/api/v1/auth/me', () => HttpResponse.json(account({ pending_email: pending }))),
      http.post('*/api/v1/auth/email/change', () => {
        pending = 'new@example.com';
        return new HttpResponse(null, { status: 202 });
      }),
    );
    const { user } = open('/settings/profile');
    await user.click(await screen.findByRole('button', { name: 'Change address' }, { timeout: 5000 }));
    const dialog = within(screen.getByRole('dialog'));
    expect(await dialog.findByText(/a link is printed on the terminal where the server runs/)).toBeVisible();
    await user.type(dialog.getByLabelText('New mail address'), 'new@example.com');
    await user.type(dialog.getByLabelText('Current password'), 'correct horse');
    await user.click(dialog.getByRole('button', { name: 'Make the link' }));
    expect(await screen.findByText('new@example.com waits for its link')).toBeVisible();
    expect(screen.getByText(/the link is printed on the terminal where the server runs/)).toBeVisible();
    expect(document.body).not.toHaveTextContent(/sen[dt] (the|a|there|it)|spam/i);
  });
});

describe('the ways in', () => {
  it('ask an account without a password for none', async () => {
    const sent = vi.fn();
    server.use(
      me({ has_password: false }),
      providers(),
      linked(),
      http.post('*/api/v1/auth/password/change', async ({ request }) => {
        sent(await request.json());
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = open('/settings/sign-in');
    await user.type(await screen.findByLabelText('New password', {}, { timeout: 5000 }), 'quite long enough');
    expect(screen.queryByLabelText('Current password')).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Set a password' }));
    await waitFor(() => expect(sent).toHaveBeenCalledWith({ new_password: 'quite long enough' }));
  });

  it('offer what the server offers, beside what is linked', async () => {
    server.use(me(), providers('Google', 'GitHub'), linked('GitHub'));
    open('/settings/sign-in');
    expect(await screen.findByRole('button', { name: 'Link Google' }, { timeout: 5000 })).toBeVisible();
    expect(screen.getByRole('button', { name: 'Unlink GitHub' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Link GitHub' })).not.toBeInTheDocument();
  });

  it('say nothing of linking where nothing can be linked', async () => {
    server.use(me(), providers(), linked());
    open('/settings/sign-in');
    await screen.findByLabelText('New password', {}, { timeout: 5000 });
    await waitFor(() =>
      expect(screen.queryByRole('heading', { name: 'Linked accounts' })).not.toBeInTheDocument(),
    );
  });

  it.each([
    ['?linked=google', 'Google is linked'],
    ['?error=already_linked&provider=google', 'Google was not linked'],
    ['?error=never_heard_of&provider=google', 'Google was not linked'],
  ])('tell how linking ended and clean the address of %s', async (search, title) => {
    server.use(me(), providers('Google'), linked());
    open(`/settings/sign-in${search}`);
    expect(await screen.findByText(title, {}, { timeout: 5000 })).toBeVisible();
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent(/^\/settings\/sign-in$/));
    expect(screen.getByText(title)).toBeVisible();
  });
});

describe('sessions', () => {
  const session = (id: string, device: string, current = false) => ({
    id,
    device,
    ip: '192.0.2.7',
    method: 'password',
    created_at: '2026-02-01T00:00:00Z',
    last_used_at: '2026-02-02T00:00:00Z',
    expires_at: '2026-05-02T00:00:00Z',
    current,
  });

  it('put this device first and end another', async () => {
    let items = [session('s2', 'Firefox on Linux'), session('s1', 'Safari on iPhone', true)];
    server.use(
      providers(),
      http.get('*/api/v1/auth/sessions', () => HttpResponse.json({ items })),
      http.delete('*/api/v1/auth/sessions/:id', ({ params }) => {
        items = items.filter((item) => item.id !== params.id);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = open('/settings/sessions');
    const end = await screen.findByRole('button', { name: /Firefox on Linux/ }, { timeout: 5000 });
    const [first] = screen.getAllByText(/on (iPhone|Linux)$/);
    expect(first).toHaveTextContent('Safari on iPhone');
    await user.click(end);
    expect(await screen.findByText('You are signed in nowhere else.')).toBeVisible();
  });
});

describe('API keys', () => {
  it('are made, shown once, and forgotten', async () => {
    const sent = vi.fn();
    const made = {
      id: 'k1',
      name: 'nightly',
      hint: 'bib_abcdef',
      scopes: ['chat', 'read'],
      created_at: '2026-02-01T00:00:00Z',
      expires_at: null,
      last_used_at: null,
    };
    let items: object[] = [];
    server.use(
      http.get('*/api/v1/auth/api-keys', () => HttpResponse.json({ items })),
      http.post('*/api/v1/auth/api-keys', async ({ request }) => {
        sent(await request.json());
        items = [made];
        return HttpResponse.json({ ...made, key: 'bib_abcdefTHEREST' }, { status: 201 });
      }),
    );
    const { user } = open('/settings/api-keys');
    await user.click(await screen.findByRole('button', { name: 'Create key' }, { timeout: 5000 }));
    const dialog = within(screen.getByRole('dialog'));
    await user.click(dialog.getByRole('checkbox', { name: /Read and search/ }));
    await user.type(dialog.getByLabelText('Name'), 'nightly');
    await user.click(dialog.getByRole('button', { name: 'Create key' }));
    expect(await dialog.findByText('Choose at least one thing that the key may do.')).toBeVisible();
    await user.click(dialog.getByRole('checkbox', { name: /Read and search/ }));
    await user.click(dialog.getByRole('checkbox', { name: /Ask questions/ }));
    await user.click(dialog.getByRole('radio', { name: 'Never' }));
    await user.click(dialog.getByRole('button', { name: 'Create key' }));
    expect(await screen.findByText('bib_abcdefTHEREST')).toBeVisible();
    expect(sent).toHaveBeenCalledWith({
      name: 'nightly',
      scopes: expect.arrayContaining(['read', 'chat']),
      expires_in_days: null,
    });
    // Neither Esc nor a click beside it nor a cross takes the key away before somebody says that they have it.
    await user.keyboard('{Escape}');
    fireEvent.pointerDown(document.body);
    fireEvent.click(document.body);
    expect(screen.queryByRole('button', { name: 'Close' })).not.toBeInTheDocument();
    expect(screen.getByText('bib_abcdefTHEREST')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'I have copied it' }));
    expect(await screen.findByText('Never used', { exact: false })).toBeVisible();
    expect(document.body).not.toHaveTextContent('bib_abcdefTHEREST');
  });
});

describe('deleting the account', () => {
  it('shows each refusal in its place, and signs out with the reason', async () => {
    server.use(
      me(),
      http.get('*/api/v1/chat/config', () => problem(403, 'forbidden')),
      http.get('*/api/v1/documents/stats', () => HttpResponse.json({ total: 0, by_status: {} })),
      http.post('*/api/v1/auth/me/delete', () => field('confirmation_wrong', 'email'), { once: true }),
      http.post('*/api/v1/auth/me/delete', () => problem(409, 'last_admin'), { once: true }),
    );
    const { user } = open('/settings/data');
    await user.click(await screen.findByRole('button', { name: 'Delete account…' }, { timeout: 5000 }));
    const dialog = within(screen.getByRole('dialog'));
    const act = () => user.click(dialog.getByRole('button', { name: 'Delete for good' }));
    const typed = dialog.getByLabelText('Type ada@example.com to confirm');
    await user.type(typed, 'adam@example.com');
    await user.type(dialog.getByLabelText('Current password'), 'correct horse');
    await act();
    await waitFor(() => expect(typed).toHaveAccessibleDescription('message of confirmation_wrong'));
    await act();
    expect(await dialog.findByText('detail of last_admin')).toBeVisible();
    server.use(http.post('*/api/v1/auth/me/delete', () => new HttpResponse(null, { status: 204 })));
    await act();
    await waitFor(() => expect(getSession()).toEqual({ status: 'signed-out', because: 'account-deleted' }));
  });
});
