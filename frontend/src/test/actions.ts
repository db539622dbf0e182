/** Actions as tests see them. */
import { HttpResponse, http } from 'msw';
import type { Action, Way } from '@/services/types';
import { problem, server } from './server';

export const HASH = 'a'.repeat(64);

export const EMAIL = {
  from: 'BibliosAI <biblios@example.com>',
  reply_to: { name: 'Ada', address: 'ada@example.com' },
  to: [{ name: 'Dana Roe', address: 'dana@elsewhere.example' }],
  cc: [{ name: null, address: 'ben@example.com' }],
  bcc: [{ name: 'Archive', address: 'archive@example.com' }],
  subject: 'Launch',
  text: 'Dear Dana,\nwe launch.',
  attachments: [{ document_id: 'd1', version: 3, name: 'plan.pdf', size_bytes: 1234567 }],
};

export const EVENT = {
  operation: 'update',
  calendar: 'ada@example.com',
  title: 'Review',
  start: { local: '2026-12-03T10:00', zone: 'Europe/Berlin', weekday: 'Thursday', utc_offset: '+01:00' },
  end: { local: '2026-12-03T11:00', zone: 'Europe/Berlin', weekday: 'Thursday', utc_offset: '+01:00' },
  all_day: false,
  guests: [
    {
      address: 'dana@elsewhere.example',
      name: 'Dana Roe',
      optional: true,
      local_start: '2026-12-03T04:00',
      zone: 'America/New_York',
      availability: 'busy',
    },
  ],
  location: 'Room 5',
  description: 'We look at the numbers.',
  conference: true,
  mails: ['dana@elsewhere.example'],
  scope: 'following',
  changes: [{ field: 'title', before: 'Look', after: 'Review' }],
};

export const MESSAGE = {
  sender: 'Ada Lovelace',
  channel: { id: 'C0123456789', name: '#launch', kind: 'private_channel', members: 42 },
  thread: { ts: '1764500000.000100', excerpt: 'When do we launch?' },
  operation: 'reply',
  text: 'On Thursday, @here.',
  blocks: null,
  mentions: [{ kind: 'here', id: 'here', name: '@here', people: 17 }],
};

export const WAYS: Way[] = [
  { via: 'smtp', kind: 'email', name: 'Workspace mail', address: 'biblios@example.com' },
  { via: 'c1', kind: 'calendar', name: 'Calendar of Ada', address: 'ada@example.com' },
  { via: 'c2', kind: 'slack', name: 'Slack of Ada', address: null },
];

/** What the server says that an owner may do. */
const MAY: Record<Action['status'], string[]> = {
  draft: ['edit', 'cancel'],
  awaiting_approval: ['edit', 'approve', 'reject', 'cancel'],
  approved: ['cancel'],
  scheduled: ['cancel'],
  executing: [],
  succeeded: [],
  failed: ['retry'],
  unknown: ['retry'],
  rejected: [],
  cancelled: [],
  expired: [],
};

export const action = (changes: Partial<Action> = {}): Action => ({
  id: 'x1',
  kind: 'email',
  via: 'smtp',
  status: 'awaiting_approval',
  payload: {
    to: [{ name: 'Dana Roe', address: 'dana@elsewhere.example' }],
    cc: [{ address: 'ben@example.com' }],
    bcc: [{ name: 'Archive', address: 'archive@example.com' }],
    subject: 'Launch',
    text: 'Dear Dana,\nwe launch.',
    attachments: [{ document_id: 'd1', version: 3 }],
  },
  preview: EMAIL,
  hash: HASH,
  origins: {},
  evidence: [],
  suggestions: [],
  missing: [],
  warnings: [],
  rulings: [],
  approvals: [],
  waiting_for: [{ user_id: 'u1', name: 'Ada' }],
  may: MAY[changes.status ?? 'awaiting_approval'],
  created_by: 'u1',
  created_by_name: 'Ada',
  created_at: '2026-01-05T09:00:00Z',
  expires_at: '2099-01-08T09:00:00Z',
  schedule_at: null,
  scheduled_at: null,
  attempts: [],
  group: null,
  group_size: 0,
  receipt: null,
  reason: null,
  timeline: [
    {
      at: '2026-01-05T09:00:00Z',
      move: 'submit',
      from: null,
      to: 'awaiting_approval',
      actor_kind: 'person',
      actor_id: 'u1',
      actor_name: 'Ada',
      subject_name: null,
      reason: null,
    },
  ],
  ...changes,
});

/** Answers with these, which a test may change; notes what is asked to be done, as "METHOD path body". */
export function answeringActions(
  actions: Action[],
  ways: Way[] = WAYS,
  refused: ReadonlySet<string> = new Set(),
) {
  const done: string[] = [];
  const noted = async (request: Request) => {
    const body = await request.text();
    const { pathname } = new URL(request.url);
    done.push([request.method, pathname.replace('/api/v1', ''), body].filter(Boolean).join(' '));
    return body ? (JSON.parse(body) as Record<string, unknown>) : {};
  };
  const put = (id: unknown, changes: Partial<Action>) => {
    const at = actions.findIndex((one) => one.id === id);
    const status = changes.status ?? (actions[at] as Action).status;
    actions[at] = { ...(actions[at] as Action), may: MAY[status], ...changes };
    return HttpResponse.json(actions[at]);
  };
  const ends = { approve: 'scheduled', reject: 'rejected', cancel: 'cancelled', retry: 'scheduled' } as const;
  server.use(
    http.get('*/api/v1/actions', ({ request }) => {
      const wanted = new URL(request.url).searchParams;
      const statuses = wanted.has('awaiting') ? ['awaiting_approval', 'draft'] : wanted.getAll('status');
      const kinds = wanted.getAll('kind');
      const decided = wanted.has('decided');
      const items = actions.filter(
        ({ status, kind, group, created_by }) =>
          (created_by === 'u1') !== decided &&
          (!wanted.has('group') || group === wanted.get('group')) &&
          (statuses.length === 0 || statuses.includes(status)) &&
          (kinds.length === 0 || kinds.includes(kind)),
      );
      return HttpResponse.json({ items, next_cursor: null });
    }),
    http.get('*/api/v1/actions/events', () => new HttpResponse(null, { status: 404 })),
    http.get('*/api/v1/actions/awaiting', () =>
      HttpResponse.json({ count: actions.filter(({ status }) => status === 'awaiting_approval').length }),
    ),
    http.get('*/api/v1/actions/ways', () => HttpResponse.json({ items: ways })),
    http.get('*/api/v1/actions/:id', ({ params }) => {
      const found = actions.find(({ id }) => id === params.id);
      return found ? HttpResponse.json(found) : problem(404, 'not_found');
    }),
    http.post('*/api/v1/actions', async ({ request }) => {
      const given = await noted(request);
      const made = action({
        id: 'new',
        kind: given.kind as Action['kind'],
        payload: given.payload as Action['payload'],
      });
      actions.push(made);
      return HttpResponse.json(made, { status: 201 });
    }),
    http.post('*/api/v1/actions/decide-many', async ({ request }) => {
      const { decision, items } = await noted(request);
      const outcomes = (items as { id: string }[]).map(({ id }) => {
        if (refused.has(id)) {
          const detail = `detail of ${id}`;
          return { id, action: null, problem: { status: 409, code: 'changed', detail, errors: [] } };
        }
        put(id, { status: ends[decision as keyof typeof ends] });
        return { id, action: actions.find((one) => one.id === id), problem: null };
      });
      return HttpResponse.json({ items: outcomes });
    }),
    http.post('*/api/v1/actions/separately', async ({ request }) => {
      const { payload } = await noted(request);
      const people = (payload as { to: { address: string }[] }).to;
      const items = people.map(({ address }, at) => ({
        address,
        action: at === 0 ? action({ id: `each${at}`, group: 'g', group_size: people.length }) : null,
        problem:
          at === 0 ? null : { status: 403, code: 'forbidden_by_policy', detail: 'Not to them.', errors: [] },
      }));
      return HttpResponse.json({ group: 'g', items }, { status: 201 });
    }),
    http.patch('*/api/v1/actions/:id', async ({ request, params }) => {
      const { payload } = await noted(request);
      const before = actions.find(({ id }) => id === params.id) as Action;
      const { subject, text } = payload as { subject: string; text: string };
      return put(params.id, {
        payload: payload as Action['payload'],
        preview: { ...(before.status === 'draft' && EMAIL), ...before.preview, subject, text },
        status: 'awaiting_approval',
        hash: 'b'.repeat(64),
      });
    }),
    http.post('*/api/v1/actions/:id/:move', async ({ request, params }) => {
      await noted(request);
      const status = ends[params.move as keyof typeof ends];
      return put(params.id, { status, scheduled_at: status === 'scheduled' ? '2099-01-01T00:00:00Z' : null });
    }),
  );
  return { actions, done };
}
