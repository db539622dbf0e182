import { notifyManager, useQueryClient } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { type ReactElement, useSyncExternalStore } from 'react';
import { beforeAll, expect, it } from 'vitest';
import { PersonFilter } from '@/components/admin/PersonFilter';
import { PersonSessions } from '@/components/admin/PersonSessions';
import Workspace from '@/components/admin/Workspace';
import { InvitedForm } from '@/components/auth/InvitedForm';
import { ProviderButtons } from '@/components/auth/ProviderButtons';
import { History } from '@/components/layout/History';
import Data from '@/components/settings/Data';
import { Health } from '@/components/settings/Health';
import { LinkedAccounts } from '@/components/settings/LinkedAccounts';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';
import { PageView } from '@/components/viewer/PageView';
import { ChatProvider } from '@/contexts/ChatContext';
import { UploadContext } from '@/contexts/UploadContext';
import type { Person } from '@/services/types';
import { openPage } from '@/test/openPage';
import { account, problem, server } from '@/test/server';
import Chat from './Chat';
import Library from './Library';
import Search from './Search';

const GRACE: Person = {
  id: 'u2',
  email: 'grace@example.com',
  name: 'Grace',
  role: 'member',
  groups: [],
  email_verified: true,
  has_password: true,
  sign_in_methods: [],
  disabled: false,
  requests_per_minute: null,
  created_at: '2026-01-02T03:04:05Z',
  last_login_at: null,
};
const conversation = {
  id: 'c1',
  title: 'Backups',
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05Z',
};
const answers: Record<string, object> = {
  'admin/users/u2': GRACE,
  'admin/users/u2/sessions': { items: [{ id: 's1', device: 'Firefox', last_used_at: GRACE.created_at }] },
  'admin/workspace': {
    registration: 'open',
    mail: 'smtp',
    audit_retention_days: 30,
    requests_per_minute: 0,
    users: { admin: 1, member: 1 },
    deactivated: 0,
  },
  'admin/signing-keys': { managed_here: false, items: [] },
  'auth/linked-accounts': { items: [] },
  'auth/me': account(),
  'auth/providers': { items: [{ name: 'google', label: 'Google' }] },
  'chat/config': { mode: 'extractive', demo_available: false, max_question_chars: 8000 },
  conversations: { items: [conversation], next_cursor: null },
  'conversations/c1': { ...conversation, messages: [], next_cursor: null },
  documents: { items: [], next_cursor: null },
  'documents/d1': {
    id: 'd1',
    title: 'Handbook',
    kind: 'text',
    source: 'upload',
    status: 'indexed',
    version: 1,
    owner: { id: 'u1', name: 'Ada' },
    modified_at: '2026-01-02T03:04:05Z',
  },
  'documents/d1/text': { document_id: 'd1', version: 1, text: 'The words.', sections: [], excerpt: false },
  'documents/sources': { items: [] },
  'documents/paths': { items: [], more: false },
  'documents/stats': { total: 7, by_status: { indexed: 7 } },
  search: {
    hits: [
      {
        document_id: 'd1',
        title: 'Retention policy',
        source: 'upload',
        kind: 'text',
        version: 1,
        start: 0,
        end: 8,
        text: 'Backups.',
        modified_at: '2026-01-02T03:04:05Z',
        highlights: [],
        path: null,
        connection: null,
        also: [],
      },
    ],
    degraded: [],
  },
};

function answering() {
  server.use(
    http.get('*/api/v1/documents/d1/pages/1.png', () => new HttpResponse(new Blob(['png']))),
    http.get('*/readyz', () =>
      HttpResponse.json({ dependencies: { database: { status: 'ok', latency_ms: 1, detail: null } } }),
    ),
    http.post('*/api/v1/auth/invitations/look-up', () =>
      HttpResponse.json({
        email: 'guest@example.com',
        inviter: 'Grace',
        role: 'member',
        expires_at: '2027-01-01T00:00:00Z',
      }),
    ),
    http.get('*/api/v1/conversations/events', () => new HttpResponse(new ReadableStream())),
    http.get('*/api/v1/*', ({ request }) => {
      const found = answers[new URL(request.url).pathname.replace('/api/v1/', '')];
      return found ? HttpResponse.json(found) : problem(404, 'not_found');
    }),
  );
}

/** Asks again for all that is shown, and says when all of it failed. */
function AskAgain() {
  const queries = useQueryClient();
  const failed = useSyncExternalStore(
    (changed) => queries.getQueryCache().subscribe(notifyManager.batchCalls(changed)),
    () =>
      queries
        .getQueryCache()
        .findAll({ type: 'active' })
        .every(({ state }) => state.status === 'error'),
  );
  return (
    <>
      <button type="button" onClick={() => void queries.refetchQueries()}>
        Ask again
      </button>
      <output>{failed ? 'all failed' : ''}</output>
    </>
  );
}

async function failingAfter(page: ReactElement, path: string, shown: () => Promise<HTMLElement>) {
  answering();
  const { user } = openPage(
    <>
      {page}
      <AskAgain />
    </>,
    path.replace(/\?.*/, '').replace('/c/c1', '/c/:conversationId'),
    path,
  );
  await shown();
  server.use(http.all('*', () => problem(500, 'internal_error')));
  await user.click(screen.getByRole('button', { name: 'Ask again' }));
  await screen.findByText('all failed');
}

const named = (role: string, name: string | RegExp) => () =>
  screen.findByRole(role, { name }, { timeout: 4000 });

beforeAll(() => {
  // What jsdom lacks.
  Object.assign(URL, { createObjectURL: () => 'blob:page', revokeObjectURL: () => undefined });
});

it.each<[string, ReactElement, string, () => Promise<HTMLElement>]>([
  ['conversations', <History key="1" />, '/', named('link', 'Backups')],
  [
    'a conversation without messages',
    <ChatProvider key="1">
      <Chat />
    </ChatProvider>,
    '/c/c1',
    named('log', /./),
  ],
  [
    'an empty library',
    <UploadContext key="1" value={{ pickFiles: () => undefined, pickFolder: () => undefined }}>
      <Library />
    </UploadContext>,
    '/library',
    named('heading', 'Your library is empty'),
  ],
  ['results', <Search key="1" />, '/search?q=backups', named('link', 'Retention policy')],
  [
    'a document',
    <DocumentViewer key="1" documentId="d1" version={undefined} passage={null} layout="page" />,
    '/documents/d1',
    named('heading', 'Handbook'),
  ],
  [
    'a page of a document',
    <PageView
      key="1"
      documentId="d1"
      title="Handbook"
      version={1}
      page={1}
      pages={1}
      passage={null}
      onPage={() => undefined}
    />,
    '/documents/d1',
    named('img', /page 1/),
  ],
  ['the workspace', <Workspace key="1" />, '/admin', named('heading', 'Settings')],
  [
    'sessions of a person',
    <PersonSessions key="1" person={GRACE} self={false} />,
    '/admin/people',
    () => screen.findByText('Firefox'),
  ],
  [
    'the person of a filter',
    <PersonFilter key="1" value="u2" onChange={() => undefined} />,
    '/admin/audit',
    () => screen.findByText('Grace'),
  ],
  ['counts', <Data key="1" />, '/settings/data', named('link', /^7\s*Ready/)],
  ['linked accounts', <LinkedAccounts key="1" />, '/settings/sign-in', () => screen.findByText('Google')],
  [
    'ways to sign in',
    <ProviderButtons key="1" returnTo="/" />,
    '/login',
    named('link', 'Continue with Google'),
  ],
  ['an invitation', <InvitedForm key="1" token="secret" />, '/register', named('heading', /signed in as/)],
])('what is shown stays when asking again fails: %s', async (_, page, path, shown) => {
  await failingAfter(page, path, shown);
  expect(await shown()).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

it('the state of the server stays too, and is said not to be that of now', async () => {
  const shown = () => screen.findByText('database');
  await failingAfter(<Health />, '/settings/about', shown);
  expect(await shown()).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('could not be');
});
