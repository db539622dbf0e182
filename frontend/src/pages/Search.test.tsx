import { configure, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeleteDocument } from '@/components/library/DocumentMenu';
import type { LibraryDocument, SearchHit } from '@/services/types';
import { answeringConnections, connection } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import { rememberSearch } from '@/utils/recentSearches';
import Search from './Search';

// Pages are drawn slowly on a busy machine.
vi.setConfig({ testTimeout: 20_000 });
configure({ asyncUtilTimeout: 5000 });

const hit = (given: Partial<SearchHit>): SearchHit => ({
  document_id: 'd1',
  external_id: 'e1',
  title: 'Retention policy',
  url: null,
  source: 'wiki',
  kind: 'page',
  version: 2,
  start: 100,
  end: 140,
  text: '📎 Backups are kept for 35 days.',
  score: 1,
  modified_at: '2026-03-04T10:00:00Z',
  page: 3,
  heading: 'Backups',
  author: 'Ada',
  similarity: 0.8,
  highlights: [{ start: 2, end: 9 }],
  path: null,
  connection: null,
  also: [],
  ...given,
});

/** Answers every search; returns the queries that were sent. */
function answering(
  documents: SearchHit[],
  {
    passages = [] as SearchHit[],
    degraded = [] as string[],
    corrected = null as string | null,
    total = 5,
    queued = 0,
  } = {},
) {
  const sent: URLSearchParams[] = [];
  server.use(
    http.get('*/api/v1/search', ({ request }) => {
      const params = new URL(request.url).searchParams;
      sent.push(params);
      const hits = params.get('group') === 'chunk' ? passages : documents;
      return HttpResponse.json({ hits: hits.slice(0, Number(params.get('limit'))), degraded, corrected });
    }),
    http.get('*/api/v1/documents/sources', () =>
      HttpResponse.json({ items: [{ source: 'wiki', documents: 3, connections: [] }] }),
    ),
    http.get('*/api/v1/documents/paths', () => HttpResponse.json({ items: [], more: false })),
    http.get('*/api/v1/documents/stats', () => HttpResponse.json({ total, by_status: { queued } })),
    http.get('*/api/v1/documents', () =>
      HttpResponse.json({
        items: [{ source: 'wiki', author: 'Ada', language: 'en', tags: ['legal'] }],
        next_cursor: null,
      }),
    ),
  );
  return sent;
}

const open = (path: string) => openPage(<Search />, '/search', path);
const box = () => screen.getByRole('searchbox');
const address = () => screen.getByTestId('address').textContent;

describe('searching', () => {
  it('starts when typing rests, and keeps the query in the address', async () => {
    const sent = answering([hit({})]);
    const { user } = open('/search');
    await user.type(box(), 'backups');
    const found = await screen.findByRole('link', { name: 'Retention policy' }, { timeout: 5000 });
    expect(found).toBeVisible();
    expect(address()).toBe('/search?q=backups');
    expect(sent.filter((params) => params.get('group') === 'document')).toHaveLength(1);
    expect(box()).toHaveValue('backups');
  }, 15_000);

  it('marks the matched words, counted in code points, and nothing else', async () => {
    answering([hit({})]);
    const { view } = open('/search?q=backups');
    await screen.findByRole('link', { name: 'Retention policy' });
    expect([...view.container.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['Backups']);
  });

  it('says where in the document a passage stands, without saying the title twice', async () => {
    answering([
      hit({ heading: 'Retention policy › Backups' }),
      hit({ document_id: 'd2', title: 'Glossary', heading: 'Glossary', page: null }),
    ]);
    open('/search?q=backups');
    expect(await screen.findByText('Backups · p. 3')).toBeVisible();
    expect(screen.getAllByText('Glossary')).toHaveLength(1);
  });

  it('leads to the passage in the version that was found', async () => {
    answering([hit({})]);
    const { user } = open('/search?q=backups');
    await user.click(await screen.findByRole('link', { name: 'Retention policy' }));
    expect(address()).toBe('/documents/d1?version=2&start=100&end=140');
  });

  it('offers the other passages of a document, without the one that is shown', async () => {
    const passages = [
      hit({}),
      hit({ start: 500, end: 520, text: 'Backups are tested monthly.', highlights: [] }),
    ];
    const sent = answering([hit({})], { passages });
    const { user } = open('/search?q=backups');
    const more = await screen.findByRole('button', { name: /^1 more passage/ });
    expect(more).toHaveAttribute('aria-expanded', 'false');
    await user.click(more);
    expect(screen.getByRole('link', { name: /tested monthly/ })).toHaveAttribute(
      'href',
      '/documents/d1?version=2&start=500&end=520',
    );
    expect(sent.find((params) => params.get('group') === 'chunk')?.getAll('document')).toEqual(['d1']);
  });

  it('says plainly which part of the search did not answer', async () => {
    answering([hit({})], { degraded: ['semantic'] });
    open('/search?q=backups');
    expect(await screen.findByRole('alert')).toHaveTextContent('The search by meaning did not answer');
  });

  it('says so when no word occurs anywhere', async () => {
    answering([hit({ highlights: [] })]);
    open('/search?q=safety%20copies');
    expect(await screen.findByText(/None of your words occur/)).toBeVisible();
  });

  it('says which word was taken for another, and asks for further passages by the one that is meant', async () => {
    const sent = answering([hit({})], { corrected: 'backups' });
    open('/search?q=bakcups');
    expect(await screen.findByText(/Showing results for “backups”: no document has “bakcups”/)).toBeVisible();
    await expect.poll(() => sent.find((params) => params.get('group') === 'chunk')?.get('q')).toBe('backups');
  });

  it('gives the reason of a failure and tries again', async () => {
    answering([hit({})]);
    server.use(http.get('*/api/v1/search', () => problem(422, 'invalid_input'), { once: true }));
    const { user } = open('/search?q=backups');
    expect(await screen.findByText('detail of invalid_input')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Retention policy' })).toBeVisible();
  });

  it('asks for more documents when there may be more', async () => {
    const many = Array.from({ length: 30 }, (_, n) => hit({ document_id: `d${n}`, title: `Document ${n}` }));
    answering(many);
    const { user } = open('/search?q=backups');
    await user.click(await screen.findByRole('button', { name: 'Show more documents' }));
    expect(await screen.findByRole('link', { name: 'Document 29' })).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent(/^30 documents/);
  });
});

describe('a search that found nothing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is repeated once the documents are read', async () => {
    answering([], { queued: 2 });
    open('/search?q=backups');
    expect(await screen.findByText(/2 documents are still being read/)).toBeVisible();
    answering([hit({})], { queued: 0 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await screen.findByRole('link', { name: 'Retention policy' })).toBeVisible();
  });

  it('is repeated too when it was still under way then, and only once', async () => {
    const sent = answering([], { queued: 2 });
    const searches = () => sent.filter((params) => params.get('group') === 'document').length;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let counted = 0;
    server.use(
      http.get(
        '*/api/v1/search',
        async () => {
          await held;
          return HttpResponse.json({ hits: [], degraded: [] });
        },
        { once: true },
      ),
      http.get('*/api/v1/documents/stats', () => {
        counted += 1;
        return HttpResponse.json({ total: 5, by_status: { queued: counted === 1 ? 2 : 0 } });
      }),
    );
    open('/search?q=backups');
    await waitFor(() => expect(counted).toBe(1));
    await vi.advanceTimersByTimeAsync(2000);
    await waitFor(() => expect(counted).toBe(2));
    release();
    await waitFor(() => expect(searches()).toBe(1));
    expect(await screen.findByText(/No passage fits/)).toBeVisible();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(searches()).toBe(1);
  });

  it('is repeated when it is returned to', async () => {
    answering([]);
    const { user } = open('/search?q=backups');
    expect(await screen.findByText(/No passage fits/)).toBeVisible();
    await user.clear(box());
    expect(await screen.findByText('Find the passage itself')).toBeVisible();
    answering([hit({})]);
    await user.type(box(), 'backups');
    expect(await screen.findByRole('link', { name: 'Retention policy' })).toBeVisible();
  });
});

describe('what was found', () => {
  it('is asked for anew when a document was deleted', async () => {
    answering([hit({})]);
    server.use(http.delete('*/api/v1/documents/d1', () => new HttpResponse(null, { status: 204 })));
    const item = { id: 'd1', title: 'Retention policy' } as LibraryDocument;
    const { user } = openPage(
      <>
        <Search />
        <DeleteDocument item={item} onClose={() => undefined} />
      </>,
      '/search',
      '/search?q=backups',
    );
    const found = { name: 'Retention policy', hidden: true };
    expect(await screen.findByRole('link', found)).toBeInTheDocument();
    answering([]);
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByRole('link', found)).toBeNull());
  });
});

describe('filters', () => {
  it('come from the address, are sent, and are taken away as chips', async () => {
    const sent = answering([hit({})]);
    const { user } = open('/search?q=backups&kind=pdf&kind=nonsense&author=Ada&tag=legal&after=2026-02-30');
    await screen.findByRole('link', { name: 'Retention policy' });
    expect(Object.fromEntries(sent[0] ?? [])).toMatchObject({ kind: 'pdf', author: 'Ada', tag: 'legal' });
    expect(sent[0]?.has('after')).toBe(false);
    const chips = within(screen.getByRole('list', { name: 'Filters in use' }));
    await user.click(chips.getByRole('button', { name: 'Remove filter Author: Ada' }));
    expect(address()).toBe('/search?q=backups&kind=pdf&tag=legal');
    await user.click(chips.getByRole('button', { name: 'Clear all' }));
    expect(address()).toBe('/search?q=backups');
  });

  it('offer what the library has, and take an author who is not offered', async () => {
    answering([hit({})]);
    const { user } = open('/search?q=backups');
    await screen.findByRole('link', { name: 'Retention policy' });
    await user.click(screen.getByRole('button', { name: 'Author' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Ada' }));
    await user.type(screen.getByRole('textbox', { name: /^Author/ }), 'Grace{Enter}');
    await expect.poll(address).toBe('/search?q=backups&author=Ada&author=Grace');
  });

  it('offer the connections there are, and none where there are none', async () => {
    answering([hit({})]);
    const { user, view } = open('/search?q=backups');
    await screen.findByRole('link', { name: 'Retention policy' });
    expect(screen.queryByRole('button', { name: 'Connection' })).not.toBeInTheDocument();
    view.unmount();
    answeringConnections({ connections: [connection()] });
    open('/search?q=backups');
    await user.click(await screen.findByRole('button', { name: 'Connection' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Notes of the team' }));
    await expect.poll(address).toBe('/search?q=backups&connection=c1');
    expect(
      await screen.findByRole('button', { name: 'Remove filter Connection: Notes of the team' }),
    ).toBeInTheDocument();
  });

  it('that leave nothing can be dropped', async () => {
    answering([]);
    const { user } = open('/search?q=backups&kind=pdf');
    expect(await screen.findByText(/With these filters/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Search without filters' }));
    await expect.poll(address).toBe('/search?q=backups');
  });
});

describe('keys', () => {
  it('go from the field through the results and back', async () => {
    answering([hit({}), hit({ document_id: 'd2', title: 'Second' })]);
    const { user } = open('/search?q=backups');
    const first = await screen.findByRole('link', { name: 'Retention policy' });
    const second = screen.getByRole('link', { name: 'Second' });
    await user.keyboard('/');
    expect(box()).toHaveFocus();
    await user.keyboard('{ArrowDown}');
    expect(first).toHaveFocus();
    await user.keyboard('j');
    expect(second).toHaveFocus();
    await user.keyboard('k{ArrowUp}');
    expect(box()).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(address()).toMatch(/^\/documents\/d2/);
  });

  it('j and k are letters while typing', async () => {
    answering([hit({})]);
    const { user } = open('/search?q=backups');
    await screen.findByRole('link', { name: 'Retention policy' });
    await user.type(box(), 'jk');
    expect(box()).toHaveFocus();
    expect(box()).toHaveValue('backupsjk');
  });
});

describe('before a search', () => {
  it('shows what was searched for lately, until that is forgotten', async () => {
    rememberSearch('u1', 'backups');
    rememberSearch('somebody-else', 'their secret');
    answering([hit({})]);
    const { user } = open('/search');
    expect(screen.getByRole('link', { name: 'backups' })).toHaveAttribute('href', '/search?q=backups');
    expect(screen.queryByText('their secret')).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Forget' }));
    expect(screen.queryByRole('link', { name: 'backups' })).not.toBeInTheDocument();
  });

  it('leads to the library when that is empty', async () => {
    answering([], { total: 0 });
    open('/search');
    expect(await screen.findByText('There is nothing to search yet')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Go to the library' })).toHaveAttribute('href', '/library');
  });

  it('has no accessibility violations, nor has a page of results', async () => {
    answering([hit({})], { passages: [hit({ start: 500, end: 520 })] });
    const { user, view } = open('/search');
    const rules = { 'color-contrast': { enabled: false } };
    expect((await axe.run(view.container, { rules })).violations).toEqual([]);
    await user.type(box(), 'backups');
    await screen.findByRole('link', { name: 'Retention policy' });
    expect((await axe.run(view.container, { rules })).violations).toEqual([]);
  });
});

describe('folders and connections', () => {
  const FOLDERS: Record<string, unknown[]> = {
    '': [{ name: 'Team', path: 'Team', documents: 12, folders: true }],
    Team: [{ name: '50% & more', path: 'Team/50% & more', documents: 3, folders: false }],
  };

  /** Answers with folders; returns what was asked for. */
  function answeringFolders() {
    const asked: URLSearchParams[] = [];
    server.use(
      http.get('*/api/v1/documents/paths', ({ request }) => {
        const params = new URL(request.url).searchParams;
        asked.push(params);
        return HttpResponse.json({ items: FOLDERS[params.get('under') ?? ''] ?? [], more: false });
      }),
    );
    return asked;
  }

  it('are chosen step by step, kept in the address, and taken away at their chip', async () => {
    const sent = answering([hit({})]);
    const asked = answeringFolders();
    const { user } = open('/search?q=backups&connection=c1');
    await user.click(await screen.findByRole('button', { name: 'Folder' }));
    const picker = within(await screen.findByRole('dialog', { name: 'Folder' }));
    await user.click(await picker.findByRole('button', { name: /^Team ?, ?12/ }));
    await user.click(await picker.findByRole('button', { name: /^50% & more ?, ?3/ }));
    expect(await picker.findByText('There are no folders in it.')).toBeVisible();
    await expect.poll(address).toBe('/search?q=backups&connection=c1&path=Team/50% & more');
    await expect.poll(() => sent.some((params) => params.get('path') === 'Team/50% & more')).toBe(true);
    expect(asked.every((params) => params.get('connection') === 'c1')).toBe(true);
    await user.click(picker.getByRole('button', { name: 'Team' }));
    await expect.poll(address).toBe('/search?q=backups&connection=c1&path=Team');
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Remove filter Folder: Team' }));
    await expect.poll(address).toBe('/search?q=backups&connection=c1');
  });

  it('let the folder go when another connection is chosen', async () => {
    answering([hit({})]);
    answeringFolders();
    answeringConnections({
      connections: [connection({ id: 'c1', name: 'Notes' }), connection({ id: 'c2', name: 'Mail' })],
    });
    const { user } = open('/search?q=backups&connection=c1&path=Team');
    await user.click(await screen.findByRole('button', { name: /^Connection/ }));
    await user.click(await screen.findByRole('checkbox', { name: 'Mail' }));
    expect(address()).toBe('/search?q=backups&connection=c1&connection=c2');
  });

  it('say of a result which connection and folder it is from, and where else it is', async () => {
    const work = { id: 'c1', name: 'Work mail', type: 'gmail' };
    const home = { id: 'c2', name: 'Private mail', type: 'gmail' };
    const copy = { document_id: 'd2', title: 'Retention', url: null, source: 'gmail', path: 'Inbox' };
    answering([
      hit({ source: 'gmail', connection: work, path: 'Inbox', also: [{ ...copy, connection: home }] }),
    ]);
    const { user, view } = open('/search?q=backups');
    const result = within(await screen.findByRole('article'));
    expect(result.getByText('Work mail')).toBeVisible();
    expect(result.getByText('Inbox')).toBeVisible();
    expect(
      (await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } })).violations,
    ).toEqual([]);
    await user.click(result.getByRole('link', { name: /Private mail/ }));
    expect(address()).toBe('/documents/d2');
  });

  it('offer connections that others share documents through', async () => {
    answering([hit({})]);
    const shared = { id: 'c9', name: 'Slack of Orbit', documents: 3 };
    server.use(
      http.get('*/api/v1/documents/sources', () =>
        HttpResponse.json({ items: [{ source: 'slack', documents: 3, connections: [shared] }] }),
      ),
    );
    const { user } = open('/search?q=backups');
    await user.click(await screen.findByRole('button', { name: 'Connection' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Slack of Orbit' }));
    expect(address()).toBe('/search?q=backups&connection=c9');
  });
});
