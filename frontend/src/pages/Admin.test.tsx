import { cleanup, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PageOf } from '@/App';
import { signedIn } from '@/services/session';
import type { Person } from '@/services/types';
import { openPage } from '@/test/openPage';
import { problem, server, signIn } from '@/test/server';
import { NAMED_PAGES } from './registry';

const person = (changes: Partial<Person> = {}): Person => ({
  id: 'u2',
  email: 'grace@example.com',
  name: 'Grace',
  role: 'member',
  groups: [],
  email_verified: true,
  has_password: false,
  sign_in_methods: ['google', 'saml'],
  disabled: false,
  requests_per_minute: null,
  created_at: '2026-01-02T03:04:05Z',
  last_login_at: null,
  ...changes,
});

function answering({ registration = 'open', mail = 'smtp', grace = person() } = {}) {
  const sent: unknown[] = [];
  server.use(
    http.get('*/api/v1/admin/workspace', () =>
      HttpResponse.json({
        registration,
        mail,
        audit_retention_days: 30,
        requests_per_minute: 0,
        users: { admin: 1, member: 1 },
        deactivated: 0,
      }),
    ),
    http.get('*/api/v1/admin/users', () => HttpResponse.json({ items: [grace], next_cursor: null })),
    http.get('*/api/v1/admin/users/u2', () => HttpResponse.json(grace)),
    http.get('*/api/v1/admin/users/gone', () => problem(404, 'not_found')),
    http.get('*/api/v1/admin/users/u2/sessions', () => HttpResponse.json({ items: [] })),
    http.patch('*/api/v1/admin/users/u2', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(grace);
    }),
    http.get('*/api/v1/admin/invitations', () => HttpResponse.json({ items: [], next_cursor: null })),
    http.post('*/api/v1/admin/invitations', async ({ request }) => {
      sent.push(await request.json());
      const link = mail === 'console' ? 'http://localhost:8000/register#invitation=s3cret' : null;
      return HttpResponse.json({ id: 'i1', link }, { status: 201 });
    }),
    http.post('*/api/v1/admin/users/u2/password-reset', () =>
      HttpResponse.json({ link: 'http://localhost:8000/reset#token=s3cret' }, { status: 202 }),
    ),
    http.get('*/api/v1/admin/signing-keys', () => HttpResponse.json({ managed_here: false, items: [] })),
    http.get('*/api/v1/auth/providers', () => HttpResponse.json({ items: [] })),
    http.get('*/api/v1/admin/audit', ({ request }) => {
      sent.push(Object.fromEntries(new URL(request.url).searchParams));
      return HttpResponse.json({
        items: [
          {
            id: 'e1',
            at: '2026-01-02T03:04:05Z',
            event: 'user.limit_changed',
            outcome: 'success',
            actor_id: 'gone',
            actor: null,
            subject_id: 'u2',
            subject: 'grace@example.com',
            ip: '',
            user_agent: '',
            device: '',
            request_id: '',
            details: { before: 'None', after: '50' },
          },
          {
            id: 'e2',
            at: '2026-01-02T03:04:05Z',
            event: 'brand.new',
            outcome: 'failed',
            actor_id: null,
            actor: null,
            subject_id: null,
            subject: null,
            ip: '10.0.0.1',
            user_agent: 'x',
            device: 'curl',
            request_id: '',
            details: {},
          },
        ],
        next_cursor: null,
      });
    }),
  );
  return sent;
}

const [entry] = NAMED_PAGES.filter(({ to }) => to === '/admin');
const open = (path: string) => openPage(entry && <PageOf entry={entry} />, '/admin/:tab?', path);
const heading = (name: string) => screen.findByRole('heading', { level: 2, name }, { timeout: 5000 });

afterEach(() => vi.unstubAllGlobals());

describe('administration', () => {
  it('is nothing for members', async () => {
    open('/admin/people');
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    expect(await screen.findByRole('heading', { level: 2 })).toHaveTextContent(
      'There is nothing at this address',
    );
  });

  it.each([
    ['people', 'People'],
    ['invitations', 'Invitations'],
    ['audit', 'Audit log'],
    ['workspace', 'Workspace'],
  ])('has no accessibility violations on the tab %s', async (id, name) => {
    answering();
    const { view } = open(`/admin/${id}`);
    await heading(name);
    await waitFor(() => expect(view.container.querySelector('[aria-busy]')).toBeNull());
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('opens at the people, and says what is known of each', async () => {
    answering();
    open('/admin');
    await heading('People');
    expect(screen.getByTestId('address')).toHaveTextContent('/admin/people');
    const row = (await screen.findByRole('link', { name: 'Grace' })).closest('[role=row]') as HTMLElement;
    expect(within(row).getByText('Google, saml')).toBeInTheDocument();
    expect(within(row).getByText('Address verified')).toBeInTheDocument();
    expect(within(row).getByText('Never')).toBeInTheDocument();
  });

  it('chooses who fits first when Enter follows the typing at once', async () => {
    answering();
    server.use(
      http.get('*/api/v1/admin/users', async ({ request }) => {
        await delay(50);
        const everybody = [person({ id: 'u1', name: 'Ada' }), person()];
        const wanted = new URL(request.url).searchParams.get('q') ?? '';
        const items = everybody.filter(({ name }) => name.toLowerCase().includes(wanted));
        return HttpResponse.json({ items, next_cursor: null });
      }),
    );
    const { user } = open('/admin/audit');
    await user.click(await screen.findByRole('button', { name: 'Person' }, { timeout: 5000 }));
    await screen.findByRole('option', { name: /Ada/ });
    await user.keyboard('grace{Enter}');
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('user=u2'));
  });

  it('sends a limit as the server takes it', async () => {
    const sent = answering({ grace: person({ requests_per_minute: 50 }) });
    const { user } = open('/admin/people?person=u2');
    await user.click(await screen.findByRole('radio', { name: 'No limit' }, { timeout: 5000 }));
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    await user.click(screen.getByRole('radio', { name: /General limit/ }));
    await user.click(screen.getByRole('button', { name: 'Save limit' }));
    await waitFor(() => expect(sent).toEqual([{ requests_per_minute: 0 }, { requests_per_minute: -1 }]));
  });

  it('explains why nobody can be invited while registration is closed', async () => {
    answering({ registration: 'closed' });
    open('/admin/invitations?invite');
    expect(await screen.findByText('Registration is closed', {}, { timeout: 5000 })).toBeVisible();
    const button = screen.getByRole('button', { name: 'Invite' });
    expect(button).toBeDisabled();
    expect(button).toHaveAccessibleDescription(/BIBLIOS_AUTH_REGISTRATION/);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('a group that is still being typed goes along with the invitation', async () => {
    const sent = answering();
    const { user } = open('/admin/invitations?invite');
    await user.type(await screen.findByLabelText('Mail address', {}, { timeout: 5000 }), 'kay@example.com');
    const groups = screen.getByLabelText('Groups');
    await user.type(groups, 'finance{Enter}!');
    await user.click(screen.getByRole('button', { name: 'Send invitation' }));
    await waitFor(() => expect(groups).toHaveAccessibleDescription(/A group's name is up to 64 letters/));
    expect(groups).toHaveFocus();
    expect(sent).toEqual([]);
    await user.clear(groups);
    await user.type(groups, ' ops ');
    await user.click(screen.getByRole('button', { name: 'Send invitation' }));
    await waitFor(() =>
      expect(sent).toEqual([{ email: 'kay@example.com', role: 'member', groups: ['finance', 'ops'] }]),
    );
  });

  it('a group that is still being typed waits for its button where a change holds at once', async () => {
    const sent = answering();
    const { user } = open('/admin/people?person=u2');
    await user.type(await screen.findByLabelText('Add a group', {}, { timeout: 5000 }), 'ops');
    await user.tab();
    await user.tab();
    expect(sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(sent).toEqual([{ groups: ['ops'] }]));
  });

  it.each([
    ['http://192.168.1.5:8000', false],
    ['http://127.0.0.1:8000', true],
  ])('a link to hand on has the address at which the page is open: %s', async (address, hereOnly) => {
    vi.stubGlobal('location', new URL(address));
    answering({ mail: 'console' });
    const { user } = open('/admin/invitations?invite');
    await user.type(await screen.findByLabelText('Mail address', {}, { timeout: 5000 }), 'kay@example.com');
    await user.click(screen.getByRole('button', { name: 'Send invitation' }));
    const invitation = await screen.findByRole('dialog', { name: 'Hand this link on' });
    expect(within(invitation).getByRole('region', { name: 'Link' })).toHaveTextContent(
      `${address}/register#invitation=s3cret`,
    );
    const warning = within(invitation).queryByText('This link works on this machine only');
    expect(warning !== null).toBe(hereOnly);
    cleanup();

    const { user: again } = open('/admin/people?person=u2');
    await again.click(await screen.findByRole('button', { name: 'Make a reset link' }, { timeout: 5000 }));
    expect(await screen.findByRole('region', { name: 'Link' })).toHaveTextContent(
      `${address}/reset#token=s3cret`,
    );
    expect(screen.queryAllByText('This link works on this machine only')).toHaveLength(hereOnly ? 1 : 0);
  });

  it('words the log, also for accounts that are gone and events that it does not know', async () => {
    const sent = answering();
    open('/admin/audit?user=gone&event=nonsense&outcome=maybe&from=2026-01-02&to=tomorrow');
    const list = await screen.findByRole('table', { name: 'Entries of the audit log' }, { timeout: 5000 });
    expect(within(list).getByText('General limit → 50')).toBeInTheDocument();
    expect(within(list).getByText('a deleted account')).toBeInTheDocument();
    expect(within(list).getByText('brand.new')).toBeInTheDocument();
    expect(await screen.findByText('Deleted account')).toBeInTheDocument();
    const after = new Date('2026-01-02T00:00:00').toISOString();
    expect(sent[0]).toEqual({ user_id: 'gone', event: 'nonsense', after, limit: '50' });
  });
});
