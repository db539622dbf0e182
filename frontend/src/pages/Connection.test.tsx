import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { delay, HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answeringConnections, connection } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
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
        connection({
          status: 'syncing',
          items: {},
          progress: { seen: 501, indexed: 423, skipped: 3, failed: 75, rate: 8.4, eta_s: 185 },
        }),
      ],
    });
    open();
    expect(await screen.findByText('This synchronisation so far')).toBeInTheDocument();
    for (const number of ['501', '423', '3', '75']) expect(screen.getByText(number)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Synchronise now' })).toBeDisabled();
    expect(screen.getByText('8 a second · about 3 min left')).toBeInTheDocument();
    connections[0] = connection({ items: { indexed: 423, processing: 75, skipped: 3 } });
    expect(await screen.findByText('423 of 501 indexed')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Being read' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Skipped' })).toHaveAttribute(
      'href',
      '/connections/c1/items?status=skipped',
    );
    expect(screen.queryByRole('link', { name: 'Failed' })).not.toBeInTheDocument();
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
    expect(done).toEqual(['POST /connections/c1/items/retry {"skipped":true}']);
  });

  it('says why they are not read once more', async () => {
    answeringConnections({ connections: [connection()] });
    server.use(http.post('*/api/v1/connections/c1/items/retry', () => problem(409, 'connection_paused')));
    const { user } = open();
    await choose(user, 'Read skipped and failed items again');
    expect(await screen.findByText('They could not be read again')).toBeInTheDocument();
  });

  it('says how that ended when the browser comes back', async () => {
    answeringConnections({ connections: [connection()] });
    open('/connections/c1?error=another_account&connector=toy');
    expect(await screen.findByText(/^You chose another account/)).toBeInTheDocument();
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('/connections/c1/overview'));
  });

  it('that was begun and never allowed offers that, and nothing that would do nothing', async () => {
    answeringConnections({
      connections: [
        connection({
          status: 'connecting',
          status_reason: { code: 'not_allowed_yet', message: 'Allow it.' },
          account: null,
          next_sync_at: null,
        }),
      ],
    });
    open();
    expect(await screen.findByRole('button', { name: /^Allow:/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Synchronise now' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Pause' })).not.toBeInTheDocument();
  });

  it('whose connector is gone says so, and offers to disconnect it', async () => {
    const { done } = answeringConnections({
      connectors: [],
      connections: [
        connection({
          status: 'attention',
          status_reason: { code: 'connector_removed', message: 'It is not offered any more.' },
        }),
      ],
    });
    const { user } = open();
    expect(await screen.findByText('It is not offered any more.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Synchronise now' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Disconnect:/ }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disconnect' }));
    await waitFor(() => expect(done).toEqual(['DELETE /connections/c1']));
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
