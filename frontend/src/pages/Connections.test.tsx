import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { describe, expect, it } from 'vitest';
import { signedIn } from '@/services/session';
import { answeringConnections, connection, connector } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server, signIn } from '@/test/server';
import Connections from './Connections';

const open = (path = '/connections') =>
  openPage(
    <>
      <Connections />
      <Toaster />
    </>,
    '/connections',
    path,
  );
const card = async (name: string) => (await screen.findByRole('link', { name })).closest('li') as HTMLElement;

describe('the accounts to act with', () => {
  const acting = connection({
    id: 'a1',
    type: 'toy',
    purpose: 'actions',
    name: 'My mailbox',
    next_sync_at: null,
  });
  const toy = connector({ purpose: 'actions', name: 'Toy mail', description: 'Sends what you approved.' });
  const section = async () =>
    (await screen.findByRole('heading', { name: 'Accounts to act with' })).closest('section') as HTMLElement;

  it('are listed apart from what is read, and can be connected', async () => {
    answeringConnections({ connections: [connection(), acting], connectors: [connector(), toy] });
    open();
    const shown = within(await section());
    expect(await shown.findByText('Toy mail · ada@toy.example')).toBeInTheDocument();
    expect(shown.getByText('Ready')).toBeInTheDocument();
    expect(await shown.findByRole('link', { name: 'Connect Toy mail to act with' })).toHaveAttribute(
      'href',
      '/connections/new/toy?purpose=actions',
    );
    expect(shown.queryByText('Notes of the team')).not.toBeInTheDocument();
  });

  it('are disconnected after a question', async () => {
    const { done } = answeringConnections({ connections: [acting], connectors: [toy] });
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Disconnect: My mailbox' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disconnect' }));
    await waitFor(() => expect(screen.queryByText('My mailbox')).not.toBeInTheDocument());
    expect(done).toEqual(['DELETE /connections/a1']);
  });

  it('offer the one button that mends them', async () => {
    const given = connection({
      ...acting,
      status: 'attention',
      status_reason: { code: 'reauth_required', message: 'Allow it anew.' },
    });
    answeringConnections({ connections: [given], connectors: [toy] });
    open();
    expect(await screen.findByText('Allow it anew.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Allow again: My mailbox' })).toBeInTheDocument();
  });

  it('say that one was connected when the browser comes back', async () => {
    answeringConnections({ connections: [acting], connectors: [toy] });
    open('/connections?connected=a1');
    expect(await screen.findByText(/You can write from it now/)).toBeInTheDocument();
  });
});

describe('the connections', () => {
  it('say what is connected: account, documents, times, who sees it', async () => {
    answeringConnections({ connections: [connection({ mode: 'workspace' })] });
    const { view } = open();
    const shown = await card('Notes of the team');
    await waitFor(() =>
      expect(shown).toHaveTextContent('Toy · ada@toy.example · Every administrator sees this connection'),
    );
    expect(shown).toHaveTextContent('423 documents');
    expect(shown).toHaveTextContent(/Synchronised Jan 2, 2026/);
    expect(shown).toHaveTextContent(/Next: Jan 2, 2099/);
    expect(within(shown).getByText('Up to date')).toBeInTheDocument();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it.each([
    [connection({ status: 'paused' }), 'Paused', 'Resume'],
    [
      connection({ status: 'attention', status_reason: { code: 'reauth_required', message: 'Allow it.' } }),
      'Needs attention',
      'Allow again',
    ],
    [
      connection({ status: 'attention', status_reason: { code: 'options_invalid', message: 'No folder.' } }),
      'Needs attention',
      'Change options',
    ],
    [
      connection({ status: 'quarantined', status_reason: { code: 'many_missing', message: 'Decide.' } }),
      'Needs a decision',
      'Decide',
    ],
    [
      connection({ status: 'connecting', status_reason: { code: 'not_allowed_yet', message: '' } }),
      'Not allowed yet',
      'Allow',
    ],
    [
      connection({ status: 'attention', status_reason: { code: 'connector_removed', message: 'Gone.' } }),
      'Needs attention',
      'Disconnect',
    ],
    [
      connection({ status: 'paused', status_reason: { code: 'owner_inactive', message: 'Given back.' } }),
      'Paused',
      'Allow again',
    ],
  ])('offer the one button that mends it: %#', async (given, status, button) => {
    answeringConnections({ connections: [given] });
    open();
    const shown = await card('Notes of the team');
    expect(within(shown).getByText(status)).toBeInTheDocument();
    expect(within(shown).getAllByRole('button')).toHaveLength(1);
    expect(within(shown).getByRole('button', { name: `${button}: Notes of the team` })).toHaveTextContent(
      button,
    );
  });

  it.each([
    ['connecting', 'not_started', 'Choose and start', '/connections/c1'],
    ['waiting', 'nothing_read', 'See why', '/connections/c1/items?status=failed'],
  ] as const)('lead to where it is mended: %s, %s', async (status, code, action, path) => {
    answeringConnections({
      connections: [connection({ status, status_reason: { code, message: 'Look.' } })],
    });
    open();
    const shown = await card('Notes of the team');
    expect(within(shown).queryByRole('button')).not.toBeInTheDocument();
    expect(within(shown).getByRole('link', { name: `${action}: Notes of the team` })).toHaveAttribute(
      'href',
      path,
    );
  });

  it.each([
    [connection(), 'Up to date'],
    [connection({ status: 'syncing' }), 'Synchronising'],
    [connection({ status: 'connecting' }), 'Connecting'],
    [
      connection({ status: 'waiting', status_reason: { code: 'source_rate_limited', message: 'Wait.' } }),
      'Waiting',
    ],
  ])('offer none while it goes on by itself: %#', async (given, status) => {
    answeringConnections({ connections: [given] });
    open();
    const shown = await card('Notes of the team');
    expect(within(shown).getByText(status)).toBeInTheDocument();
    expect(within(shown).queryByRole('button')).not.toBeInTheDocument();
  });

  it('say until when a limit of the provider lasts', async () => {
    answeringConnections({
      connections: [
        connection({ status: 'waiting', status_reason: { code: 'source_rate_limited', message: 'Wait.' } }),
      ],
    });
    open();
    expect(await card('Notes of the team')).toHaveTextContent(
      /Waiting until Jan 2, 2099.*: limit of the provider/,
    );
  });

  it('show first what waits for a person', async () => {
    answeringConnections({
      connections: [connection({ id: 'c2', name: 'Fine' }), connection({ status: 'paused' })],
    });
    open();
    await card('Fine');
    const names = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(names.slice(0, 2)).toEqual(['Notes of the team', 'Fine']);
  });

  it('follow a synchronisation until it has ended', async () => {
    const { connections } = answeringConnections({
      connections: [
        connection({ status: 'syncing', progress: { seen: 501, indexed: 423, skipped: 3, failed: 0 } }),
      ],
    });
    open();
    expect(await screen.findByText('423 of 501 indexed so far')).toBeInTheDocument();
    connections[0] = connection({ documents: 498 });
    expect(await screen.findByText('498 documents')).toBeInTheDocument();
    expect(screen.getByText('Up to date')).toBeInTheDocument();
  });

  it('are resumed with one press', async () => {
    const { connections } = answeringConnections({ connections: [connection({ status: 'paused' })] });
    server.use(
      http.post('*/api/v1/connections/c1/resume', () => {
        connections[0] = connection();
        return new HttpResponse(null, { status: 202 });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: /^Resume/ }));
    expect(await screen.findByText('Up to date')).toBeInTheDocument();
  });

  it('say why one could not be resumed', async () => {
    answeringConnections({ connections: [connection({ status: 'paused' })] });
    server.use(http.post('*/api/v1/connections/c1/resume', () => problem(409, 'connection_not_paused')));
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: /^Resume/ }));
    expect(await screen.findByText('It could not be resumed')).toBeInTheDocument();
    expect(screen.getByText('detail of connection_not_paused')).toBeInTheDocument();
  });

  it('say what to do where there are none', async () => {
    answeringConnections();
    open();
    expect(await screen.findByText('Nothing is connected yet')).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: 'Connect Toy' })).toHaveAttribute(
      'href',
      '/connections/new/toy',
    );
  });

  it('have a skeleton until they come', async () => {
    server.use(http.get('*/api/v1/connections', () => delay('infinite')));
    server.use(http.get('*/api/v1/connectors', () => delay('infinite')));
    const { view } = open();
    await screen.findByRole('heading', { level: 1 });
    expect(view.container.querySelectorAll('[aria-busy]')).toHaveLength(4);
  });

  it('say that they could not be loaded, and are asked for again', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(http.get('*/api/v1/connections', () => problem(500, 'internal_error'), { once: true }));
    const { user } = open();
    expect(await screen.findByText('The connections could not be loaded')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await card('Notes of the team')).toBeInTheDocument();
  });
});

describe('the catalogue', () => {
  it('says what is read and how rights are copied', async () => {
    answeringConnections();
    open();
    expect(await screen.findByText('Reads the notes of a toy.')).toBeInTheDocument();
    expect(screen.getByText('Copied: notes, files')).toBeInTheDocument();
    expect(screen.getByText('readers of a note')).toBeInTheDocument();
    expect(screen.getByText('the same people')).toBeInTheDocument();
  });

  it('says whom to ask for what is not set up here', async () => {
    answeringConnections({ connectors: [connector({ configured: false })] });
    open();
    expect(
      await screen.findByText(/^This service is not set up here. Ask your operator/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Connect Toy' })).not.toBeInTheDocument();
  });

  it('says to members what is for administrators', async () => {
    answeringConnections({ connectors: [connector({ modes: ['workspace'] })] });
    open();
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    expect(await screen.findByText(/Ask an administrator to do it/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Connect Toy' })).not.toBeInTheDocument();
  });

  it('says when there is nothing, and when it could not be asked', async () => {
    answeringConnections({ connectors: [] });
    server.use(http.get('*/api/v1/connectors', () => problem(500, 'internal_error'), { once: true }));
    const { user } = open();
    expect(await screen.findByText('The services could not be loaded')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('There is nothing to connect')).toBeInTheDocument();
  });
});

describe('coming back from a provider', () => {
  it('says that the account is connected, once', async () => {
    answeringConnections({ connections: [connection()] });
    open('/connections?connected=c1');
    expect(await screen.findByText('“Notes of the team” is connected')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'See how far it is' })).toHaveAttribute(
      'href',
      '/connections/c1',
    );
    expect(screen.getByTestId('address')).toHaveTextContent(/^\/connections$/);
  });

  it.each([
    ['provider_denied', 'It was not allowed at Toy.'],
    ['state_invalid', 'Start it again here'],
    ['permission_missing', 'leave every box ticked'],
    ['another_account', 'another account than the one'],
    ['reauth_required', 'did not take what was allowed'],
    ['invalid_config', 'how this server is registered'],
    ['consent_not_set_up', 'is not registered with Toy'],
    ['source_rate_limited', 'takes no more requests'],
    ['source_unavailable', 'does not answer right now'],
    ['source_refused', 'Toy refused.'],
    ['source_error', 'did not allow it'],
    ['session_ended', 'Your session ended'],
    ['not_found', 'was disconnected meanwhile'],
    ['unknown_connector', 'does not offer that service'],
    ['rate_limited', 'Too much was started'],
    ['unavailable', 'not ready right now'],
    ['brand_new', 'went wrong on the way'],
  ])('says what happened and what to do: %s', async (code, words) => {
    answeringConnections();
    open(`/connections?error=${code}&connector=toy`);
    const told = await screen.findByRole('alert');
    expect(told).toHaveTextContent(words);
    await waitFor(() => expect(told).toHaveTextContent('Toy was not connected'));
    expect(screen.getByTestId('address')).toHaveTextContent(/^\/connections$/);
  });
});
