/** Connections and services as tests see them. */
import { HttpResponse, http } from 'msw';
import type {
  AccessReport,
  Connection,
  Connector,
  SourceItem,
  SourcePerson,
  SyncRun,
} from '@/services/types';
import { server } from './server';

export const connector = (changes: Partial<Connector> = {}): Connector => ({
  type: 'toy',
  purpose: 'sync',
  name: 'Toy',
  icon: 'note',
  description: 'Reads the notes of a toy.',
  copies: ['notes', 'files'],
  scopes: [
    {
      scope: 'notes.read',
      why: 'To read the notes that you choose.',
      modes: ['personal', 'workspace'],
      option: null,
    },
    { scope: 'notes.join', why: 'To join notebooks.', modes: ['workspace'], option: null },
    { scope: 'drafts.read', why: 'To read your drafts.', modes: ['personal'], option: 'drafts' },
  ],
  options: {
    properties: {
      folder: { type: 'string', title: 'Folder', description: 'only notes of this folder', default: '' },
      mailbox: { type: 'string', title: 'Mailbox', default: '', only_with: 'service_account' },
      channels: {
        type: 'array',
        items: { type: 'string' },
        title: 'Channels',
        default: [],
        choices: true,
      },
      kinds: { type: 'array', items: { enum: ['issues', 'pulls'], type: 'string' }, default: ['issues'] },
      drafts: { type: 'boolean', title: 'Drafts', default: false },
      days: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], title: 'Days', default: null },
      depth: { enum: ['all', 'only_new'], type: 'string', title: 'Depth', default: 'all' },
    },
  },
  credentials: ['token', 'oauth', 'service_account'],
  modes: ['personal', 'workspace'],
  rights: [{ there: 'readers of a note', here: 'the same people' }],
  configured: true,
  ...changes,
});

export const connection = (changes: Partial<Connection> = {}): Connection => ({
  id: 'c1',
  type: 'toy',
  purpose: 'sync',
  mode: 'personal',
  name: 'Notes of the team',
  account: { id: 'a1', name: 'Ada', address: 'ada@toy.example' },
  status: 'ready',
  status_reason: null,
  options: { folder: 'fish', channels: ['C1'], kinds: ['issues'], drafts: true, days: 30, depth: 'only_new' },
  documents: 423,
  items: { indexed: 423, skipped: 3, failed: 1 },
  created_at: '2026-01-02T03:04:05Z',
  last_sync_at: '2026-01-02T04:04:05Z',
  next_sync_at: '2099-01-02T05:04:05Z',
  access_as_of: '2026-01-02T04:00:00Z',
  credential: 'token',
  owner_id: 'u1',
  capabilities: [
    { name: 'indexing', state: 'passed', message: 'Toy gives its notes.' },
    { name: 'groups', state: 'failed', message: 'Ask somebody who administers Toy.' },
    { name: 'permissions', state: 'unknown', message: 'It could not be found out.' },
    { name: 'push', state: 'off', message: 'Toy is looked at every interval.' },
  ],
  progress: null,
  ...changes,
});

export const run = (changes: Partial<SyncRun> = {}): SyncRun => ({
  id: 'r1',
  started_at: '2026-01-02T04:00:05Z',
  ended_at: '2026-01-02T04:00:47Z',
  status: 'complete',
  reason: null,
  seen: 501,
  indexed: 20,
  unchanged: 478,
  skipped: 3,
  failed: 0,
  deleted: 0,
  hidden: 0,
  calls: 1234,
  ...changes,
});

export const item = (changes: Partial<SourceItem> = {}): SourceItem => ({
  id: 'row-1',
  external_id: 'note-1',
  title: 'Herrings',
  status: 'indexed',
  reason: null,
  document_id: 'd1',
  at: '2026-01-02T04:00:47Z',
  narrowed: false,
  ...changes,
});

export const sourcePerson = (changes: Partial<SourcePerson> = {}): SourcePerson => ({
  id: 'p1',
  name: 'Old Ada',
  address: 'old@elsewhere.example',
  external_id: null,
  groups: 2,
  items: 1,
  matched: null,
  account: null,
  chosen: null,
  ...changes,
});

const accessReport = (changes: Partial<AccessReport> = {}): AccessReport => ({
  access_as_of: '2026-01-02T04:00:00Z',
  narrowed: 0,
  forgetting: { at_most_s: 3900, by: 'listing', told: null, noticed: null },
  ...changes,
});

interface Given {
  connections?: Connection[];
  connectors?: Connector[];
  runs?: SyncRun[];
  items?: SourceItem[];
  people?: SourcePerson[];
  report?: Partial<AccessReport>;
}

const purposeOf = (request: Request) => new URL(request.url).searchParams.get('purpose') ?? 'sync';

/** Answers with these, which a test may change; notes what is asked to be done, as "METHOD path body". */
export function answeringConnections(given: Given = {}) {
  const { connections = [], connectors = [connector()], runs = [], items = [], people = [] } = given;
  const done: string[] = [];
  const one = (id: unknown) => connections.find((found) => found.id === id);
  const noted = async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    done.push([request.method, pathname.replace('/api/v1', '') + search, body].filter(Boolean).join(' '));
  };
  server.use(
    http.get('*/api/v1/connectors', ({ request }) =>
      HttpResponse.json({ items: connectors.filter(({ purpose }) => purpose === purposeOf(request)) }),
    ),
    http.get('*/api/v1/connections', ({ request }) =>
      HttpResponse.json({ items: connections.filter(({ purpose }) => purpose === purposeOf(request)) }),
    ),
    http.post('*/api/v1/connections', async ({ request }) => {
      await noted(request);
      const made = { ...connection(), authorize_url: null };
      connections.push(made);
      return HttpResponse.json(made, { status: 201 });
    }),
    http.get('*/api/v1/connections/:id', ({ params }) => {
      const found = one(params.id);
      return found
        ? HttpResponse.json(found)
        : HttpResponse.json({ code: 'not_found', detail: 'Not here.' }, { status: 404 });
    }),
    // A page is told of changes by a stream, and asks by itself where there is none.
    http.get('*/api/v1/connections/:id/events', () => new HttpResponse(null, { status: 404 })),
    http.get('*/api/v1/connections/:id/runs', () => HttpResponse.json({ items: runs, next_cursor: null })),
    http.get('*/api/v1/connections/:id/items', ({ request }) => {
      const { searchParams } = new URL(request.url);
      const status = searchParams.get('status');
      const narrowed = searchParams.get('rights') === 'narrowed';
      const fitting = items.filter(
        (found) => (!status || found.status === status) && (!narrowed || found.narrowed),
      );
      return HttpResponse.json({ items: fitting, next_cursor: null });
    }),
    http.get('*/api/v1/connections/:id/access', () => HttpResponse.json(accessReport(given.report))),
    http.get('*/api/v1/connections/:id/people', ({ request }) => {
      const matched = new URL(request.url).searchParams.get('matched');
      const fitting = people.filter((found) => !matched || (found.matched !== null) === (matched === 'yes'));
      return HttpResponse.json({ items: fitting, next_cursor: null });
    }),
    http.put('*/api/v1/connections/:id/people/:person', async ({ request, params }) => {
      await noted(request);
      return HttpResponse.json(people.find(({ id }) => id === params.person));
    }),
    http.delete('*/api/v1/connections/:id/people/:person', async ({ request }) => {
      await noted(request);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/api/v1/connections/:id/choices/:option', () =>
      HttpResponse.json({
        items: [
          { value: 'C1', label: '#general' },
          { value: 'C2', label: '#fish' },
        ],
      }),
    ),
    http.patch('*/api/v1/connections/:id', async ({ request, params }) => {
      await noted(request);
      return HttpResponse.json(one(params.id));
    }),
    http.post('*/api/v1/connections/:id/items/retry', async ({ request }) => {
      await noted(request);
      return HttpResponse.json({ items: 4 }, { status: 202 });
    }),
    http.post('*/api/v1/connections/:id/check', async ({ request, params }) => {
      await noted(request);
      return HttpResponse.json(one(params.id));
    }),
    http.get('*/api/v1/connections/:id/diagnostics', () =>
      HttpResponse.json({ made_at: '2026-01-02T04:00:47Z', id: 'c1', items: { indexed: 423 } }),
    ),
    http.post('*/api/v1/connections/:id/reauthorize', async ({ request }) => {
      await noted(request);
      return HttpResponse.json({ authorize_url: null });
    }),
    http.post('*/api/v1/connections/:id/:action', async ({ request }) => {
      await noted(request);
      return new HttpResponse(null, { status: 202 });
    }),
    http.delete('*/api/v1/connections/:id', async ({ request, params }) => {
      await noted(request);
      connections.splice(
        connections.findIndex(({ id }) => id === params.id),
        1,
      );
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return { connections, done };
}
