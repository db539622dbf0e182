import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answeringConnections, connection } from '@/test/connections';
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

describe('changing a connection', () => {
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

  it('gives its diagnostics as a file', async () => {
    const saved: [Blob, string][] = [];
    vi.spyOn(saving, 'saveBlob').mockImplementation((blob, name) => void saved.push([blob, name]));
    answeringConnections({ connections: [connection()] });
    const { user } = open();
    await choose(user, 'Download diagnostics');
    await waitFor(() => expect(saved).toHaveLength(1));
    const [blob, name] = saved[0] as [Blob, string];
    expect(name).toBe('bibliosai-connection-toy-2026-01-02.json');
    expect(JSON.parse(await blob.text())).toMatchObject({ id: 'c1', items: { indexed: 423 } });
  });

  it('says why there are no diagnostics', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(http.get('*/api/v1/connections/c1/diagnostics', () => problem(500, 'internal_error')));
    const { user } = open();
    await choose(user, 'Download diagnostics');
    expect(await screen.findByText('The diagnostics could not be put together')).toBeInTheDocument();
  });
});
