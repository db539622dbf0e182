import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answeringConnections, connection, item, run } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import * as saving from '@/utils/saveBlob';
import ConnectionPage from './Connection';

const open = (path = '/connections/c1') =>
  openPage(
    <>
      <ConnectionPage />
      <Toaster />
    </>,
    '/connections/:connectionId/:tab?',
    path,
  );

async function choose(user: ReturnType<typeof open>['user'], action: string) {
  await user.click(await screen.findByRole('button', { name: /^Actions for/ }));
  await user.click(await screen.findByRole('menuitem', { name: action }));
}

afterEach(() => vi.unstubAllGlobals());

describe('a connection', () => {
  it('opens at what is known of it', async () => {
    answeringConnections({ connections: [connection()] });
    const { view } = open();
    expect(await screen.findByRole('heading', { name: 'Notes of the team' })).toBeInTheDocument();
    expect(await screen.findByText('Everything that could be read from Toy is here.')).toBeInTheDocument();
    expect(screen.getByTestId('address')).toHaveTextContent('/connections/c1/overview');
    for (const words of ['Ada · ada@toy.example', 'You', 'fish', 'C1', 'Yes', '30']) {
      expect(screen.getByText(words)).toBeInTheDocument();
    }
    expect(screen.getByText(/^as of Jan 2, 2026/)).toBeInTheDocument();
    expect(screen.getByText('Ask somebody who administers Toy.')).toBeInTheDocument();
    expect(screen.getByText('could not be found out')).toBeInTheDocument();
    expect(screen.getByText('Hearing at once of what is new')).toHaveTextContent('not set up');
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('shows how far a synchronisation is, and what all came to', async () => {
    const { connections } = answeringConnections({
      connections: [
        connection({ status: 'syncing', progress: { seen: 501, indexed: 423, skipped: 3, failed: 75 } }),
      ],
    });
    open();
    expect(await screen.findByText('This synchronisation so far')).toBeInTheDocument();
    for (const number of ['501', '423', '3', '75']) expect(screen.getByText(number)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Synchronise now' })).toBeDisabled();
    connections[0] = connection({ items: { indexed: 498, skipped: 3 } });
    expect(await screen.findByText('498')).toBeInTheDocument();
    expect(screen.getByText('All items')).toBeInTheDocument();
  });

  it('is told by the server how it goes on, and asks no more by itself', async () => {
    let now = connection({ status: 'syncing', progress: { seen: 1, indexed: 1, skipped: 0, failed: 0 } });
    answeringConnections({ connections: [now] });
    let asked = 0;
    let tell = (_: unknown): void => undefined;
    server.use(
      http.get('*/api/v1/connections/c1', () => {
        asked += 1;
        return HttpResponse.json(now);
      }),
      http.get('*/api/v1/connections/c1/events', () => {
        const stream = new ReadableStream({
          start(controller) {
            const send = (text: string) => controller.enqueue(new TextEncoder().encode(text));
            send(': open\n\n');
            tell = (event) => send(`id: 1\ndata: ${JSON.stringify(event)}\n\n`);
          },
        });
        return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    open();
    expect(await screen.findByText('This synchronisation so far')).toBeInTheDocument();
    await waitFor(() => expect(asked).toBe(2)); // once for the page, once when the server notes what changes
    now = connection({ items: { indexed: 498, skipped: 3 } });
    tell({ type: 'connection.changed', connection: now });
    expect(await screen.findByText('498')).toBeInTheDocument();
    expect(asked).toBe(3);
  });

  it.each([
    ['Synchronise now', 'sync', 'It will be synchronised in a moment'],
    ['Pause', 'pause', 'Paused'],
  ])('%s', async (button, path, told) => {
    const { done } = answeringConnections({ connections: [connection()] });
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: button }));
    expect(await screen.findByText(told)).toBeInTheDocument();
    expect(done).toEqual([`POST /connections/c1/${path}`]);
  });

  it.each([
    ['Synchronise now', 'sync', 'It could not be synchronised'],
    ['Pause', 'pause', 'It could not be paused'],
  ])('says why it does not %s', async (button, path, told) => {
    answeringConnections({ connections: [connection()] });
    server.use(http.post(`*/api/v1/connections/c1/${path}`, () => problem(409, 'connection_paused')));
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: button }));
    expect(await screen.findByText(told)).toBeInTheDocument();
    expect(screen.getAllByText('detail of connection_paused')[0]).toBeInTheDocument();
  });

  it('reads skipped and failed items once more', async () => {
    const { done } = answeringConnections({ connections: [connection()] });
    const { user } = open();
    await choose(user, 'Read skipped and failed items again');
    expect(await screen.findByText('4 items will be read again')).toBeInTheDocument();
    expect(done).toEqual(['POST /connections/c1/items/retry']);
  });

  it('says why they are not read once more', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(http.post('*/api/v1/connections/c1/items/retry', () => problem(409, 'connection_paused')));
    const { user } = open();
    await choose(user, 'Read skipped and failed items again');
    expect(await screen.findByText('They could not be read again')).toBeInTheDocument();
  });

  it('gets another name, and none that is empty', async () => {
    const { connections, done } = answeringConnections({ connections: [connection()] });
    const { user } = open();
    await choose(user, 'Rename');
    const dialog = within(await screen.findByRole('dialog'));
    await user.clear(dialog.getByLabelText('Name'));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(dialog.getByText('Enter a name.')).toBeInTheDocument();
    await user.type(dialog.getByLabelText('Name'), 'Fish');
    connections[0] = connection({ name: 'Fish' });
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('heading', { name: 'Fish' })).toBeInTheDocument();
    expect(done).toEqual(['PATCH /connections/c1 {"name":"Fish"}']);
  });

  it('gets other options, picked from what its account sees', async () => {
    const { done } = answeringConnections({ connections: [connection()] });
    const { user } = open();
    await choose(user, 'Change options');
    const dialog = within(await screen.findByRole('dialog'));
    const channels = within(await dialog.findByRole('group', { name: /^Channels/ }));
    expect(channels.getByLabelText('#general')).toBeChecked();
    await user.click(channels.getByLabelText('#fish'));
    await user.clear(dialog.getByLabelText('Folder'));
    await user.clear(dialog.getByLabelText('Days'));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Options saved')).toBeInTheDocument();
    expect(JSON.parse(done[0]?.replace('PATCH /connections/c1 ', '') ?? '')).toEqual({
      options: {
        folder: '',
        channels: ['C1', 'C2'],
        kinds: ['issues'],
        drafts: true,
        days: null,
        depth: 'only_new',
      },
    });
  });

  it('has its options typed where the account cannot be asked, and says what does not fit', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(
      http.get('*/api/v1/connections/c1/choices/channels', () => problem(409, 'reauth_required')),
      http.patch('*/api/v1/connections/c1', () =>
        problem(422, 'invalid_input', {
          errors: [{ field: 'options.folder', code: 'x', message: 'No folder.' }],
        }),
      ),
    );
    const { user } = open();
    await choose(user, 'Change options');
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/^What there is to choose could not be asked/)).toBeInTheDocument();
    expect(dialog.getByLabelText('Channels')).toHaveValue('C1');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(dialog.getByLabelText('Folder')).toHaveAccessibleDescription('No folder.'));
  });

  it('is allowed again with a token of the same account', async () => {
    const { done } = answeringConnections({
      connections: [
        connection({ status: 'attention', status_reason: { code: 'reauth_required', message: 'Allow it.' } }),
      ],
    });
    server.use(
      http.post('*/api/v1/connections/c1/reauthorize', () => problem(409, 'another_account'), { once: true }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Allow again: Notes of the team' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('It has to be the same account: ada@toy.example at Toy.')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Allow again' }));
    expect(dialog.getByText('Enter the token.')).toBeInTheDocument();
    await user.type(dialog.getByLabelText('Token of Toy'), 'x');
    await user.click(dialog.getByRole('button', { name: 'Allow again' }));
    expect(await dialog.findByText('detail of another_account')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Allow again' }));
    expect(await screen.findByText('“Notes of the team” goes on')).toBeInTheDocument();
    expect(done).toEqual([
      'POST /connections/c1/reauthorize {"credentials":{"token":"x"},"return_to":"/connections/c1"}',
    ]);
  });

  it('is allowed again at the provider', async () => {
    const assign = vi.fn();
    vi.stubGlobal('location', { ...location, origin: location.origin, assign });
    answeringConnections({ connections: [connection()] });
    server.use(
      http.post('*/api/v1/connections/c1/reauthorize', () =>
        HttpResponse.json({ authorize_url: 'https://toy.example/allow' }),
      ),
    );
    const { user } = open();
    await choose(user, 'Allow again');
    await user.click(await screen.findByRole('radio', { name: 'Sign in there' }));
    await user.click(screen.getByRole('button', { name: 'Continue to Toy' }));
    await vi.waitFor(() => expect(assign).toHaveBeenCalledWith('https://toy.example/allow'));
  });

  it('says how that ended when the browser comes back', async () => {
    answeringConnections({ connections: [connection()] });
    open('/connections/c1?error=another_account&connector=toy');
    expect(await screen.findByText(/^You chose another account/)).toBeInTheDocument();
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('/connections/c1/overview'));
  });

  it.each([
    ['keep', 'Show 24 items again'],
    ['delete', 'Delete 24 items'],
  ])('takes the decision on what is missing: %s', async (decision, words) => {
    const { done } = answeringConnections({
      connections: [
        connection({
          status: 'quarantined',
          status_reason: { code: 'many_missing', message: 'Much is missing.' },
          items: { indexed: 36, hidden: 24, skipped: 1, failed: 2 },
        }),
      ],
    });
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: /^Decide/ }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/^24 of 63 items are no longer at Toy/)).toBeInTheDocument();
    await user.click(dialog.getByRole('radio', { name: new RegExp(`^${words}`) }));
    await user.click(dialog.getByRole('button', { name: words }));
    await waitFor(() => expect(done).toEqual([`POST /connections/c1/quarantine {"decision":"${decision}"}`]));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('says why a decision was not taken', async () => {
    answeringConnections({ connections: [connection({ status: 'quarantined', items: { hidden: 24 } })] });
    server.use(http.post('*/api/v1/connections/c1/quarantine', () => problem(409, 'not_quarantined')));
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: /^Decide/ }));
    await user.click(await screen.findByRole('button', { name: 'Show 24 items again' }));
    expect(await screen.findByText('detail of not_quarantined')).toBeInTheDocument();
  });

  it('is handed over to an administrator', async () => {
    const { done } = answeringConnections({ connections: [connection({ mode: 'workspace' })] });
    server.use(
      http.get('*/api/v1/admin/users', () =>
        HttpResponse.json({
          items: [
            { id: 'u1', name: 'Ada', email: 'ada@example.com' },
            { id: 'u2', name: 'Grace', email: 'grace@example.com' },
          ],
          next_cursor: null,
        }),
      ),
    );
    const { user } = open();
    await choose(user, 'Hand over');
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Hand over' }));
    expect(dialog.getByText('Choose an administrator.')).toBeInTheDocument();
    await user.click(await dialog.findByRole('radio', { name: /Grace/ }));
    await user.click(dialog.getByRole('button', { name: 'Hand over' }));
    expect(await screen.findByText('Handed over')).toBeInTheDocument();
    expect(done).toEqual(['POST /connections/c1/owner {"user_id":"u2"}']);
  });

  it('is not handed over when it is a person’s own', async () => {
    answeringConnections({ connections: [connection()] });
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: /^Actions for/ }));
    await screen.findByRole('menuitem', { name: 'Rename' });
    expect(screen.queryByRole('menuitem', { name: 'Hand over' })).not.toBeInTheDocument();
  });

  it('is disconnected after it was said what goes', async () => {
    const { done } = answeringConnections({ connections: [connection()] });
    server.use(http.delete('*/api/v1/connections/c1', () => problem(503, 'unavailable'), { once: true }));
    const { user } = open();
    await choose(user, 'Disconnect');
    const dialog = within(await screen.findByRole('dialog', { name: 'Disconnect “Notes of the team”?' }));
    expect(dialog.getByText('423 documents, which stop answering at once')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Disconnect' }));
    expect(await dialog.findByText('detail of unavailable')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Disconnect' }));
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent(/^\/connections$/));
    expect(done).toEqual(['DELETE /connections/c1']);
  });

  it('tells an operator what is needed and nothing that belongs to the person', async () => {
    const saved: Blob[] = [];
    vi.spyOn(saving, 'saveBlob').mockImplementation((blob) => void saved.push(blob));
    answeringConnections({
      connections: [
        connection({ status: 'attention', status_reason: { code: 'reauth_required', message: 'Ask Ada.' } }),
      ],
      runs: [run({ reason: { code: 'source_error', message: 'Ask Ada.' } })],
      items: [
        item(),
        item({ status: 'failed', reason: { code: 'too_large', message: 'Herrings is large.' } }),
      ],
    });
    const { user } = open();
    await choose(user, 'Download diagnostics');
    await waitFor(() => expect(saved).toHaveLength(1));
    const text = (await saved[0]?.text()) ?? '';
    expect(JSON.parse(text)).toMatchObject({
      connection: { id: 'c1', status: 'attention', reason: 'reauth_required' },
      runs: [{ id: 'r1', reason: 'source_error', calls: 1234 }],
      unread_by_reason: { 'failed: too_large': 1 },
    });
    for (const told of ['Ada', 'ada@', 'Herrings', 'Notes of the team', 'fish', 'note-1']) {
      expect(text).not.toContain(told);
    }
  });

  it('says why there are no diagnostics', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(http.get('*/api/v1/connections/c1/runs', () => problem(500, 'internal_error')));
    const { user } = open();
    await choose(user, 'Download diagnostics');
    expect(await screen.findByText('The diagnostics could not be put together')).toBeInTheDocument();
  });

  it('that was begun and never allowed offers that, and nothing that would do nothing', async () => {
    answeringConnections({
      connections: [connection({ status: 'connecting', account: null, next_sync_at: null })],
    });
    open();
    expect(await screen.findByRole('button', { name: /^Allow:/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Synchronise now' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Pause' })).not.toBeInTheDocument();
  });

  it('has a skeleton, says that it failed, and that it is not there', async () => {
    server.use(http.get('*/api/v1/connections/c1', () => delay('infinite'), { once: true }));
    const { view } = open();
    await screen.findByRole('heading', { level: 1 });
    expect(view.container.querySelector('[aria-busy]')).not.toBeNull();
    view.unmount();

    answeringConnections({ connections: [connection()] });
    server.use(http.get('*/api/v1/connections/c1', () => problem(500, 'internal_error'), { once: true }));
    const { user, view: failed } = open();
    expect(await screen.findByText('This connection could not be loaded')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Notes of the team' })).toBeInTheDocument();
    failed.unmount();

    open('/connections/gone');
    expect(await screen.findByText('This connection is not here')).toBeInTheDocument();
  });

  it('knows no part that is not there', async () => {
    answeringConnections({ connections: [connection()] });
    open('/connections/c1/nonsense');
    expect(
      await screen.findByRole('heading', { level: 1, name: 'There is nothing at this address' }),
    ).toBeInTheDocument();
  });
});

describe('the items of a connection', () => {
  const items = [
    item(),
    item({ external_id: 'note-2', title: null, document_id: null }),
    item({
      external_id: 'note-3',
      title: null,
      document_id: null,
      status: 'failed',
      reason: { code: 'not_readable', message: 'Toy did not give this note.' },
    }),
    item({ external_id: 'note-4', title: null, document_id: null, status: 'deleted' }),
  ];

  it('lead to what may be read, and tell no title of the rest', async () => {
    answeringConnections({ connections: [connection()], items });
    const { view } = open('/connections/c1/items');
    expect(await screen.findByRole('link', { name: 'Herrings' })).toHaveAttribute('href', '/documents/d1');
    expect(screen.getAllByText('The title is not told')).toHaveLength(3);
    expect(screen.getByText('Toy did not give this note.')).toBeInTheDocument();
    expect(screen.getByText('It is gone at the source.')).toBeInTheDocument();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('are narrowed by what became of them, in the address', async () => {
    answeringConnections({ connections: [connection()], items });
    const { user } = open('/connections/c1/items');
    await user.click(await screen.findByRole('button', { name: 'Status' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Failed (1)' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Herrings' })).not.toBeInTheDocument());
    expect(screen.getByTestId('address')).toHaveTextContent('/connections/c1/items?status=failed');
    await user.click(screen.getByRole('button', { name: 'Read again' }));
    expect(await screen.findByText('4 items will be read again')).toBeInTheDocument();
  });

  it('say when none has the status, when there are none, and when they could not be loaded', async () => {
    answeringConnections({ connections: [connection()] });
    const { user } = open('/connections/c1/items?status=hidden');
    expect(await screen.findByText('No item has this status')).toBeInTheDocument();
    await user.click(screen.getAllByRole('button', { name: 'Clear all' })[0] as HTMLElement);
    expect(await screen.findByText('No items yet')).toBeInTheDocument();
    server.use(http.get('*/api/v1/connections/c1/items', () => problem(500, 'internal_error')));
    open('/connections/c1/items?status=failed');
    expect(await screen.findByText('The items could not be loaded')).toBeInTheDocument();
  });
});

describe('the synchronisations of a connection', () => {
  it('say when, how long, how it ended, what became of the items and what it cost', async () => {
    answeringConnections({
      connections: [connection()],
      runs: [
        run({ id: 'r2', ended_at: null, status: 'running', calls: 1 }),
        run(),
        run({ id: 'r0', status: 'failed', reason: { code: 'nothing_read', message: 'Not one item.' } }),
      ],
    });
    const { view } = open('/connections/c1/runs');
    const table = within(await screen.findByRole('table', { name: 'Synchronisations' }));
    expect(table.getAllByText('501 seen, 20 indexed, 478 unchanged, 3 skipped')).toHaveLength(3);
    expect(table.getAllByText('42 sec')).toHaveLength(2);
    expect(table.getAllByText('1,234 requests')).toHaveLength(2);
    expect(table.getByText('Not one item.')).toBeInTheDocument();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('say when there are none, and when they could not be loaded', async () => {
    answeringConnections({ connections: [connection()] });
    const { view } = open('/connections/c1/runs');
    expect(await screen.findByText('Not synchronised yet')).toBeInTheDocument();
    view.unmount();
    server.use(http.get('*/api/v1/connections/c1/runs', () => problem(500, 'internal_error')));
    open('/connections/c1/runs');
    expect(await screen.findByText('The synchronisations could not be loaded')).toBeInTheDocument();
  });
});
