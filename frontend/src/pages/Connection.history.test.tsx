import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { http } from 'msw';
import { Toaster } from 'sonner';
import { describe, expect, it } from 'vitest';
import { answeringConnections, connection, item, run } from '@/test/connections';
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

describe('the items of a connection', () => {
  const items = [
    item(),
    item({ id: 'row-2', external_id: 'note-2', title: null, document_id: null }),
    item({
      id: 'row-3',
      external_id: 'note-3',
      title: null,
      document_id: null,
      status: 'failed',
      reason: { code: 'not_readable', message: 'Toy did not give this note.' },
    }),
    item({ id: 'row-4', external_id: 'note-4', title: null, document_id: null, status: 'deleted' }),
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
    const { done } = answeringConnections({ connections: [connection()], items });
    const { user } = open('/connections/c1/items');
    await user.click(await screen.findByRole('button', { name: 'Status' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Failed (1)' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Herrings' })).not.toBeInTheDocument());
    expect(screen.getByTestId('address')).toHaveTextContent('/connections/c1/items?status=failed');
    await user.click(screen.getByRole('button', { name: 'Read failed items again' }));
    expect(await screen.findByText('4 items will be read again')).toBeInTheDocument();
    expect(done).toEqual(['POST /connections/c1/items/retry {"skipped":false}']);
  });

  it('are read again one by one where that could help', async () => {
    const { done } = answeringConnections({ connections: [connection()], items });
    const { user } = open('/connections/c1/items');
    await user.click(await screen.findByRole('button', { name: 'Read again: note-3' }));
    expect(await screen.findByText('4 items will be read again')).toBeInTheDocument();
    expect(done).toEqual(['POST /connections/c1/items/retry {"skipped":false,"external_ids":["row-3"]}']);
    expect(screen.getAllByRole('button', { name: /^Read again:/ })).toHaveLength(1);
  });

  it('are not read again while the connection is paused', async () => {
    answeringConnections({ connections: [connection({ status: 'paused' })], items });
    open('/connections/c1/items');
    expect(await screen.findByRole('link', { name: 'Herrings' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Read/ })).not.toBeInTheDocument();
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
        run({ id: 'r2', ended_at: null, status: 'running', calls: 1, rate: 0.2, eta_s: 7300 }),
        run(),
        run({ id: 'r0', status: 'failed', reason: { code: 'nothing_read', message: 'Not one item.' } }),
      ],
    });
    const { view } = open('/connections/c1/runs');
    const table = within(await screen.findByRole('table', { name: 'Synchronisations' }));
    expect(table.getAllByText('501 seen, 20 indexed, 478 unchanged, 3 skipped')).toHaveLength(3);
    expect(table.getAllByText('42 sec')).toHaveLength(2);
    expect(table.getByText('12 a minute · about 2 hr left')).toBeInTheDocument();
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
