import { focusManager } from '@tanstack/react-query';
import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { UploadContext } from '@/contexts/UploadContext';
import type { LibraryDocument } from '@/services/types';
import { answeringConnections, connection } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { server } from '@/test/server';
import Library from './Library';

const LONG = { timeout: 10_000 };

const document_ = (changes: Partial<LibraryDocument> = {}): LibraryDocument => ({
  id: 'd1',
  external_id: 'handbook.pdf',
  title: 'Handbook',
  url: null,
  source: 'upload',
  kind: 'pdf',
  size_bytes: 2000,
  status: 'indexed',
  error: null,
  warnings: [],
  version: 1,
  chunks: 3,
  author: null,
  language: null,
  tags: [],
  filename: 'handbook.pdf',
  parent_id: null,
  path: null,
  narrowed: false,
  collections: [],
  demo: false,
  access: [],
  owner: { id: 'u1', name: 'Ada' },
  may: ['edit', 'share', 'delete', 'retry'],
  connection_id: null,
  created_at: '2026-01-02T03:04:05Z',
  modified_at: '2026-01-02T03:04:05Z',
  indexed_at: '2026-01-02T03:04:05Z',
  ...changes,
});

/** Answers with these documents, newest first, which a test may change; `limit` at a time. */
function answering(items: LibraryDocument[], limit = 100) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/v1/documents', ({ request }) => {
      const { search, searchParams: params } = new URL(request.url);
      asked.push(search);
      const status = params.get('status');
      const after = items.findIndex((item) => item.id === params.get('cursor')) + 1;
      const fitting = items.slice(after).filter((item) => !status || item.status === status);
      const shown = fitting.slice(0, limit);
      return HttpResponse.json({
        items: shown,
        next_cursor: fitting.length > limit ? shown.at(-1)?.id : null,
      });
    }),
    http.get('*/api/v1/documents/paths', () => HttpResponse.json({ items: [], more: false })),
    http.get('*/api/v1/documents/stats', () =>
      HttpResponse.json({ total: items.length, by_status: { indexed: items.length } }),
    ),
    http.get('*/api/v1/documents/sources', () =>
      HttpResponse.json({
        items: [
          { source: 'upload', documents: 2, connections: [] },
          { source: 'meeting_notes', documents: 1, connections: [] },
        ],
      }),
    ),
    http.get('*/api/v1/chat/config', () => HttpResponse.json({ mode: 'extractive', demo_available: false })),
  );
  return { items, asked };
}

const open = (path = '/library') =>
  openPage(
    <UploadContext value={{ pickFiles: () => undefined, pickFolder: () => undefined }}>
      <Library />
      <Toaster />
    </UploadContext>,
    '/library',
    path,
  );
const row = async (title: string) =>
  (await screen.findByRole('link', { name: title }, LONG)).closest('[role=row]') as HTMLElement;
const titles = () =>
  screen
    .getAllByRole('link')
    .map((link) => link.textContent)
    .filter((text) => text !== null);

// Rows are drawn as far as they are in sight, and nothing has a size here.
beforeAll(() => {
  for (const [name, value] of [
    ['clientHeight', 600],
    ['clientWidth', 900],
  ] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  }
});

describe('the library', () => {
  it('says who shared a document, a person or a connection, and nothing of what is one’s own', async () => {
    answering([
      document_(),
      document_({ id: 'd2', title: 'Budget', owner: { id: 'u2', name: 'Grace Hopper' } }),
      document_({ id: 'd3', title: 'Standup', owner: { connection_id: 'c1', name: 'Slack of Orbit' } }),
    ]);
    open();
    expect(within(await row('Budget')).getAllByText(/Shared by Grace Hopper/)[0]).toBeInTheDocument();
    expect(within(await row('Standup')).getAllByText(/Shared by Slack of Orbit/)[0]).toBeInTheDocument();
    expect(within(await row('Handbook')).queryByText(/Shared by/)).not.toBeInTheDocument();
  });

  it('offers only what may be done', async () => {
    answering([
      document_(),
      document_({ id: 'd2', title: 'Budget', may: [], owner: { id: 'u2', name: 'Grace Hopper' } }),
    ]);
    const { user } = open();
    await row('Budget');
    await user.click(screen.getByRole('button', { name: 'Actions for Budget' }));
    expect(await screen.findByRole('menuitem', { name: 'Open' }, LONG)).toBeInTheDocument();
    expect(screen.queryByRole('menuitem', { name: 'Delete' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('menuitem', { name: 'Details' }));
    const drawer = await screen.findByRole('dialog', { name: 'Budget' }, LONG);
    expect(within(drawer).getByText('Grace Hopper')).toBeInTheDocument();
    expect(within(drawer).queryByRole('button', { name: 'Delete' })).not.toBeInTheDocument();
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Actions for Handbook' }));
    expect(await screen.findByRole('menuitem', { name: 'Delete' }, LONG)).toBeInTheDocument();
  });

  it('offers the sources that the server has, also one that it has no name for', async () => {
    const { asked } = answering([document_()]);
    const { user } = open();
    await row('Handbook');
    await user.click(screen.getByRole('button', { name: 'Source' }));
    const options = await screen.findAllByRole('menuitemradio', {}, LONG);
    expect(options.map((option) => option.textContent)).toEqual(['Any', 'Upload', 'Meeting notes']);
    await user.click(screen.getByRole('menuitemradio', { name: 'Meeting notes' }));
    await waitFor(() => expect(asked.at(-1)).toContain('source=meeting_notes'), LONG);
  });

  it('is narrowed to a connection, one’s own or one that others share documents through', async () => {
    const { asked } = answering([
      document_({ id: 'd3', title: 'Standup', source: 'toy', owner: { connection_id: 'c9', name: '' } }),
    ]);
    const through = [{ id: 'c9', name: '', documents: 1 }];
    server.use(
      http.get('*/api/v1/documents/sources', () =>
        HttpResponse.json({ items: [{ source: 'toy', documents: 1, connections: through }] }),
      ),
    );
    answeringConnections({ connections: [connection()] });
    const { user } = open('/library?connection=gone');
    await row('Standup');
    await user.click(screen.getByRole('button', { name: /^Connection/ }));
    const options = await screen.findAllByRole('menuitemradio', {}, LONG);
    await waitFor(() =>
      expect(options.map((option) => option.textContent)).toEqual([
        'Any',
        'Toy',
        'Notes of the team',
        'Another connection',
      ]),
    );
    await user.click(screen.getByRole('menuitemradio', { name: 'Notes of the team' }));
    await waitFor(() => expect(asked.at(-1)).toContain('connection=c1'), LONG);
    await user.click(screen.getByRole('button', { name: 'Source' }));
    expect(await screen.findByRole('menuitemradio', { name: 'Toy' }, LONG)).toBeInTheDocument();
  });

  it('leads from a document to its connection, if that is open to the reader', async () => {
    answering([
      document_({ connection_id: 'c1', source: 'toy', owner: { connection_id: 'c1', name: '' } }),
      document_({
        id: 'd2',
        title: 'Budget',
        connection_id: 'c9',
        source: 'toy',
        owner: { connection_id: 'c9', name: '' },
      }),
    ]);
    answeringConnections({ connections: [connection()] });
    const { user } = open();
    await row('Budget');
    await user.click(screen.getByRole('button', { name: 'Actions for Handbook' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Details' }, LONG));
    const drawer = await screen.findByRole('dialog', { name: 'Handbook' }, LONG);
    expect(await within(drawer).findByRole('link', { name: 'Notes of the team' })).toHaveAttribute(
      'href',
      '/connections/c1',
    );
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Actions for Budget' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Details' }, LONG));
    const other = await screen.findByRole('dialog', { name: 'Budget' }, LONG);
    expect(within(other).getAllByText('Toy').length).toBeGreaterThan(0);
    expect(within(other).queryByRole('link', { name: 'Toy' })).not.toBeInTheDocument();
  });

  it('is sorted by a column, back and forth, and as it came', async () => {
    answering([
      document_({ title: 'Budget', size_bytes: 20 }),
      document_({ id: 'd2', title: 'Agenda', size_bytes: 30 }),
      document_({ id: 'd3', title: 'Contract', size_bytes: 10 }),
    ]);
    const { user } = open();
    await row('Budget');
    const byTitle = screen.getByRole('button', { name: 'Title' });
    await user.click(byTitle);
    expect(titles()).toEqual(['Agenda', 'Budget', 'Contract']);
    expect(byTitle.closest('[role=columnheader]')).toHaveAttribute('aria-sort', 'ascending');
    await user.click(screen.getByRole('button', { name: 'Size' }));
    await user.click(screen.getByRole('button', { name: 'Size' }));
    expect(titles()).toEqual(['Agenda', 'Budget', 'Contract']);
    await user.click(screen.getByRole('button', { name: 'Size' }));
    expect(titles()).toEqual(['Budget', 'Agenda', 'Contract']);
  });

  it('is walked with the arrow keys', async () => {
    answering([document_({ title: 'Agenda' }), document_({ id: 'd2', title: 'Budget' })]);
    const { user } = open();
    await row('Budget');
    screen.getByRole('link', { name: 'Agenda' }).focus();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('link', { name: 'Budget' })).toHaveFocus();
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('link', { name: 'Agenda' })).toHaveFocus();
  });

  it('shows what changed meanwhile when somebody comes back to the tab', async () => {
    const { items } = answering([document_()]);
    open();
    await row('Handbook');
    items.push(document_({ id: 'd2', title: 'Budget' }));
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    expect(await row('Budget')).toBeInTheDocument();
    focusManager.setFocused(undefined);
  });

  it('says that a document was deleted, also when its row has gone before the answer', async () => {
    const { items } = answering([document_(), document_({ id: 'd2', title: 'Budget' })]);
    server.use(
      http.delete('*/api/v1/documents/d2', async () => {
        items.pop();
        focusManager.setFocused(false);
        focusManager.setFocused(true);
        await vi.waitFor(() =>
          expect(screen.queryByRole('link', { name: 'Budget', hidden: true })).toBeNull(),
        );
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = open();
    await row('Budget');
    await user.click(screen.getByRole('button', { name: 'Actions for Budget' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }, LONG));
    await user.click(await screen.findByRole('button', { name: 'Delete' }, LONG));
    expect(await screen.findByText('Deleted “Budget”', {}, LONG)).toBeInTheDocument();
    focusManager.setFocused(undefined);
  });

  it('shows what another tab changed, also while both are in sight', async () => {
    const { items } = answering([document_()]);
    open();
    await row('Handbook');
    items.push(document_({ id: 'd2', title: 'Budget' }));
    const otherTab = new BroadcastChannel('biblios:changes');
    otherTab.postMessage('changed');
    expect(await row('Budget')).toBeInTheDocument();
    otherTab.close();
  });

  it.each(['queued', 'processing'] as const)(
    'a list of what is being read loses what is done: %s',
    async (status) => {
      const items = [
        document_({ id: 'd2', title: 'Budget', status }),
        document_({ id: 'd1', title: 'Agenda', status }),
      ];
      answering(items);
      open(`/library?status=${status}`);
      await row('Agenda');
      items[0] = document_({ id: 'd2', title: 'Budget' });
      await waitFor(() => expect(titles()).toEqual(['Agenda']), LONG);
      items[1] = document_({ id: 'd1', title: 'Agenda' });
      expect(await screen.findByText('No documents match', {}, LONG)).toBeInTheDocument();
    },
    15_000,
  );

  it('loses what is deleted elsewhere while it is being read', async () => {
    const items = [
      document_({ id: 'd2', title: 'Budget', status: 'processing' }),
      document_({ id: 'd1', title: 'Agenda', status: 'processing' }),
    ];
    answering(items);
    open();
    await row('Agenda');
    items.pop();
    await waitFor(() => expect(titles()).toEqual(['Budget']), LONG);
  }, 15_000);

  it('keeps what newer documents move on to the next page', async () => {
    const items = ['d2', 'd1'].map((id) => document_({ id, title: id, status: 'processing' }));
    const { asked } = answering(items, 2);
    open();
    await row('d1');
    items.unshift(document_({ id: 'd3', title: 'd3', status: 'processing' }));
    asked.length = 0;
    await waitFor(() => expect(asked.length).toBeGreaterThan(2), LONG);
    expect(titles()).toEqual(['d2', 'd1']);
    items[1] = document_({ id: 'd2', title: 'd2 as it is called now', status: 'processing' });
    await row('d2 as it is called now');
    expect(titles()).toEqual(['d2 as it is called now', 'd1']);
  }, 15_000);
});

it('shows what lies in a folder, which stays in the address', async () => {
  const { asked } = answering([document_()]);
  server.use(
    http.get('*/api/v1/documents/paths', ({ request }) => {
      const under = new URL(request.url).searchParams.get('under');
      const items = under ? [] : [{ name: 'Plans', path: 'Plans', documents: 4, folders: false }];
      return HttpResponse.json({ items, more: false });
    }),
  );
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Folder' }, LONG));
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('/library?path=Plans'));
  await waitFor(() => expect(asked.at(-1)).toContain('path=Plans'));
  await user.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: /^Folder/ })).toHaveTextContent('FolderPlans');
});
