import { screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { describe, expect, it } from 'vitest';
import type { PersonSees, SourcePerson } from '@/services/types';
import { answeringConnections, connection, item, sourcePerson } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import ConnectionPage from './Connection';

const open = (path: string, role: 'admin' | 'member' = 'admin') =>
  openPage(
    <>
      <ConnectionPage />
      <Toaster />
    </>,
    '/connections/:connectionId/:tab?',
    path,
    { role },
  );

const GRACE = { id: 'u2', name: 'Grace', email: 'grace@here.example' };
const ACCOUNTS = [{ id: 'u1', name: 'Ada', email: 'ada@here.example' }, GRACE];
const shared = (changes = {}) => connection({ mode: 'workspace', ...changes });

function answeringAccounts() {
  server.use(
    http.get('*/api/v1/admin/users', ({ request }) => {
      const q = new URL(request.url).searchParams.get('q')?.toLowerCase() ?? '';
      const items = ACCOUNTS.filter(({ name }) => name.toLowerCase().includes(q));
      return HttpResponse.json({ items, next_cursor: null });
    }),
  );
}

describe('the people of a source', () => {
  it('are listed with how they are named and who they are here', async () => {
    const ada: SourcePerson = sourcePerson({
      id: 'p2',
      name: null,
      address: 'grace@here.example',
      matched: 'mail',
      account: GRACE,
      chosen: ACCOUNTS[0] ?? null,
    });
    const unnamed = sourcePerson({
      id: 'p3',
      name: null,
      address: null,
      external_id: 'U77',
      groups: 1,
      items: 0,
    });
    answeringConnections({ connections: [shared()], people: [sourcePerson(), ada, unnamed] });
    const { view } = open('/connections/c1/people');
    expect(await screen.findByText('Old Ada')).toBeInTheDocument();
    expect(screen.getByText('old@elsewhere.example')).toBeInTheDocument();
    expect(screen.getAllByText(/^2 groups · 1 item$/)).toHaveLength(2);
    expect(screen.getByText(/^1 group · 0 items$/)).toBeInTheDocument();
    expect(screen.getByText('by proven address')).toBeInTheDocument();
    expect(screen.getByText(/^Ada was matched by hand and sees nothing by it/)).toBeInTheDocument();
    expect(screen.getByText('No address is told · U77')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Match grace@here.example' })).toBeNull();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('are matched with an account that is found by name', async () => {
    answeringAccounts();
    const { done } = answeringConnections({ connections: [shared()], people: [sourcePerson()] });
    const { user } = open('/connections/c1/people');
    await user.click(await screen.findByRole('button', { name: 'Match Old Ada' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Who is Old Ada here?' }));
    await user.click(dialog.getByRole('button', { name: 'Match' }));
    expect(await dialog.findByText('Choose an account.')).toBeInTheDocument();
    await user.type(dialog.getByRole('searchbox'), 'gra');
    await user.click(await dialog.findByRole('radio', { name: /Grace/ }));
    await user.click(dialog.getByRole('button', { name: 'Match' }));
    expect(await screen.findByText('Old Ada is matched')).toBeInTheDocument();
    expect(done).toEqual(['PUT /connections/c1/people/p1 {"user_id":"u2"}']);
  });

  it('say why somebody cannot be matched, in the form', async () => {
    answeringAccounts();
    answeringConnections({ connections: [shared()], people: [sourcePerson()] });
    server.use(
      http.put('*/api/v1/connections/:id/people/:person', () =>
        problem(409, 'address_proven', { detail: 'old@elsewhere.example is proven by an account here.' }),
      ),
    );
    const { user } = open('/connections/c1/people');
    await user.click(await screen.findByRole('button', { name: 'Match Old Ada' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(await dialog.findByRole('radio', { name: /Grace/ }));
    await user.click(dialog.getByRole('button', { name: 'Match' }));
    expect(
      await dialog.findByText('old@elsewhere.example is proven by an account here.'),
    ).toBeInTheDocument();
  });

  it('are no longer matched when that is taken back', async () => {
    const matched = sourcePerson({ matched: 'hand', account: GRACE, chosen: GRACE });
    const { done } = answeringConnections({ connections: [shared()], people: [matched] });
    const { user } = open('/connections/c1/people');
    await user.click(await screen.findByRole('button', { name: 'Take back: Old Ada' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/^Grace no longer sees/)).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Take back' }));
    expect(await screen.findByText('The match of Old Ada is taken back')).toBeInTheDocument();
    expect(done).toEqual(['DELETE /connections/c1/people/p1']);
  });

  it('can be narrowed to those who match nobody', async () => {
    const matched = sourcePerson({
      id: 'p2',
      name: 'Matched',
      matched: 'hand',
      account: GRACE,
      chosen: GRACE,
    });
    answeringConnections({ connections: [shared()], people: [sourcePerson(), matched] });
    const { user } = open('/connections/c1/people');
    expect(await screen.findByText('Matched', { selector: '[data-row-main]' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Matched' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'With nobody' }));
    expect(await screen.findByText('Old Ada')).toBeInTheDocument();
    expect(screen.queryByText('Matched', { selector: '[data-row-main]' })).toBeNull();
    expect(screen.getByTestId('address')).toHaveTextContent('matched=no');
  });

  it('are no part of a personal connection', async () => {
    answeringConnections({ connections: [connection()] });
    open('/connections/c1/overview');
    expect(await screen.findByRole('link', { name: 'Items' })).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'People' })).toBeNull();
  });
});

const sees = (changes: Partial<PersonSees> = {}): PersonSees => ({
  sees: true,
  reasons: [],
  why_not: null,
  title: null,
  status: 'indexed',
  narrowed: false,
  as_of: '2026-01-02T04:00:00Z',
  known_as: [],
  ...changes,
});

describe('who sees an item', () => {
  it('is asked about one account after another, and answered in words', async () => {
    answeringAccounts();
    const { connections } = answeringConnections({
      connections: [shared()],
      items: [item({ title: null, document_id: null, narrowed: true })],
    });
    expect(connections).toHaveLength(1);
    const answers: Record<string, PersonSees> = {
      u1: sees({ sees: false, why_not: 'not_matched' }),
      u2: sees({
        reasons: [
          {
            reason: 'address',
            principal: 'email:grace@here.example',
            kind: null,
            group: null,
            matched: null,
          },
          {
            reason: 'source_group',
            principal: 'source:c1:channel:C1',
            kind: 'channel',
            group: 'C1',
            matched: 'old@x.y',
          },
          { reason: 'source_group', principal: 'source:c1:crew:7', kind: 'crew', group: '7', matched: null },
        ],
        known_as: ['grace@here.example'],
      }),
    };
    server.use(
      http.get('*/api/v1/connections/:id/items/:item/why', ({ request }) =>
        HttpResponse.json(answers[new URL(request.url).searchParams.get('person') ?? '']),
      ),
    );
    const { user } = open('/connections/c1/items');
    await user.click(await screen.findByRole('button', { name: 'Who sees note-1?' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Who sees this item?' }));
    expect(dialog.getByText('Its title is not told to you, since you may not open it.')).toBeInTheDocument();
    expect(await dialog.findByText(/^Toy names nobody who is matched with this account/)).toBeInTheDocument();
    await user.click(await dialog.findByRole('radio', { name: /Grace/ }));
    expect(await dialog.findByText('Grace sees it')).toBeInTheDocument();
    expect(dialog.getByText('Named by the address grace@here.example')).toBeInTheDocument();
    expect(
      dialog.getByText('Member of the channel C1, as old@x.y, matched by an administrator'),
    ).toBeInTheDocument();
    expect(dialog.getByText('Member of the group 7 there')).toBeInTheDocument();
    expect(dialog.getByText(/^Known at Toy as grace@here.example · Rights as of/)).toBeInTheDocument();
  });

  it('is a question about oneself for a member', async () => {
    answeringConnections({ connections: [connection()], items: [item()] });
    server.use(
      http.get('*/api/v1/connections/:id/items/:item/why', () =>
        HttpResponse.json(sees({ sees: false, why_not: 'not_shared' })),
      ),
    );
    const { user } = open('/connections/c1/items', 'member');
    await user.click(await screen.findByRole('button', { name: 'Who sees Herrings?' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/^Toy does not name them for this item/)).toBeInTheDocument();
    expect(dialog.queryByRole('radio')).toBeNull();
  });
});

describe('rights that were not told', () => {
  it('are counted, and lead to the items that were narrowed', async () => {
    answeringConnections({
      connections: [shared()],
      items: [item(), item({ external_id: 'note-2', title: 'Cod', narrowed: true })],
      report: { narrowed: 1 },
    });
    const { user } = open('/connections/c1/overview');
    await user.click(await screen.findByRole('link', { name: /^1 item whose rights/ }));
    expect(await screen.findByText('Cod')).toBeInTheDocument();
    expect(screen.queryByText('Herrings')).toBeNull();
    expect(screen.getByText(/^Its source did not tell all its rights/)).toBeInTheDocument();
    expect(screen.getByTestId('address')).toHaveTextContent('rights=narrowed');
  });
});

describe('the time to forget', () => {
  it('is told by design and as it was measured', async () => {
    const at = '2026-01-02T04:00:00Z';
    answeringConnections({
      connections: [shared()],
      report: {
        forgetting: {
          at_most_s: 3900,
          by: 'listing',
          told: { last_s: 4, longest_s: 12, number: 2, at },
          noticed: { last_s: 0.2, longest_s: 3, number: 5, at },
        },
      },
    });
    open('/connections/c1/overview');
    expect(await screen.findByText(/at most 65 min/)).toBeInTheDocument();
    expect(
      screen.getByText(/Measured from the deletion there: last 4 sec, longest 12 sec\./),
    ).toBeInTheDocument();
    expect(screen.getByText(/from when it was noticed: last under 1 s, longest 3 sec\./)).toBeInTheDocument();
  });

  it('is not promised while the connection stands still, nor invented before anything was deleted', async () => {
    answeringConnections({
      connections: [shared({ status: 'paused', next_sync_at: null })],
      report: { forgetting: { at_most_s: null, by: 'changes', told: null, noticed: null } },
    });
    open('/connections/c1/overview');
    expect(await screen.findByText(/stays here while the connection stands still/)).toBeInTheDocument();
    expect(screen.getByText(/nothing is measured/)).toBeInTheDocument();
  });
});
