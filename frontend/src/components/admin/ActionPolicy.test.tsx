// biome-ignore-all lint/suspicious/noThenProperty: what the server calls it
import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { withWords } from '@/locales';
import type { Policy, StoredPolicy } from '@/services/types';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import ActionPolicy from './ActionPolicy';

await withWords(Promise.resolve(null), 'admin');

const RULES: Policy['rules'] = [
  {
    id: 'contracts',
    name: 'Files to outsiders',
    when: { kinds: ['email'], outside: true, attachments: true },
    then: { effect: 'second_person', approvers: 'administrators', count: 1 },
  },
  {
    id: 'rivals',
    name: 'Rivals',
    when: { domains: ['rival.example', 'foe.example'] },
    then: { effect: 'forbid', reason: 'We do not write to them.' },
  },
];
const stored = (changes: Partial<StoredPolicy> = {}): StoredPolicy => ({
  version: 3,
  policy: { inside: ['example.com'], rules: RULES },
  changed_at: '2026-01-05T09:00:00Z',
  changed_by: 'u2',
  names: { u2: 'Ben' },
  ...changes,
});

function open(first: StoredPolicy = stored()) {
  const put: { version: number; policy: Policy }[] = [];
  const tried: { policy: Policy; sample: object }[] = [];
  const now = { stored: first };
  server.use(
    http.get('*/api/v1/actions/policy', () => HttpResponse.json(now.stored)),
    http.put('*/api/v1/actions/policy', async ({ request }) => {
      const body = (await request.json()) as { version: number; policy: Policy };
      put.push(body);
      if (body.version !== now.stored.version) return problem(409, 'changed');
      now.stored = { ...now.stored, version: body.version + 1, policy: body.policy };
      return HttpResponse.json(now.stored);
    }),
    http.post('*/api/v1/actions/policy/try', async ({ request }) => {
      const body = (await request.json()) as { policy: Policy; sample: object };
      tried.push(body);
      const named = (body.policy.rules ?? []).filter(({ name }) => name === '');
      if (named.length > 0) {
        return problem(422, 'invalid_input', {
          errors: [
            { field: 'policy.rules.0.name', code: 'value_error', message: 'must be one line of text' },
          ],
        });
      }
      const rulings = (body.policy.rules ?? []).map(({ id, name, then }) => ({
        rule: id,
        name,
        effect: then.effect,
      }));
      return HttpResponse.json({
        rulings,
        forbidden: null,
        inside: ['example.com'],
        outside: ['far.example'],
      });
    }),
    http.get('*/api/v1/admin/users', () =>
      HttpResponse.json({
        items: [{ id: 'u7', name: 'Dana Roe', email: 'dana@example.com', role: 'member' }],
        next_cursor: null,
      }),
    ),
  );
  return { ...openPage(<ActionPolicy />, '/admin/actions', '/admin/actions'), put, tried, now };
}

describe('the rules of what may leave', () => {
  it('stand in plain words', async () => {
    open();
    expect(
      await screen.findByText('Mail with files to people outside needs one of the administrators'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(
        'Everything to rival.example or foe.example does not leave: “We do not write to them.”',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText(/Changed by Ben/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  });

  it('are added by their fields, with approvers by name, and saved with the version that was seen', async () => {
    const { user, put, tried } = open();
    await user.click(await screen.findByRole('button', { name: 'Add a rule' }));
    const dialog = within(screen.getByRole('dialog', { name: 'New rule' }));
    await user.click(dialog.getByRole('button', { name: 'Done' }));
    expect(await dialog.findByText('must be one line of text')).toBeInTheDocument();
    await user.type(dialog.getByLabelText('Name'), 'Many');
    await user.click(dialog.getByLabelText('Messages'));
    await user.type(dialog.getByLabelText('More people than'), '20');
    await user.click(dialog.getByLabelText('Chosen people'));
    await user.type(dialog.getByRole('combobox', { name: 'People' }), 'dan');
    await dialog.findByRole('option', { name: /Dana Roe/ });
    await user.keyboard('{Enter}');
    await user.click(dialog.getByRole('button', { name: 'Done' }));
    expect(await screen.findByText('Messages to more than 20 people needs Dana Roe')).toBeInTheDocument();
    expect(put).toEqual([]);
    expect(screen.getByText(/Not saved yet/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(put).toHaveLength(1));
    expect(put[0]?.version).toBe(3);
    expect(put[0]?.policy.rules?.[2]).toMatchObject({
      name: 'Many',
      when: { kinds: ['slack'], more_than: 20, outside: null, attachments: null, domains: [] },
      then: { effect: 'second_person', approvers: ['u7'], count: 1 },
    });
    expect(tried.at(-1)?.policy.rules).toHaveLength(1);
  });

  it('are moved, edited and deleted', async () => {
    const { user, put } = open();
    await user.click(await screen.findByRole('button', { name: 'Move down: Files to outsiders' }));
    await user.click(screen.getByRole('button', { name: 'Edit: Rivals' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Edit the rule' }));
    expect(dialog.getByLabelText('Domains')).toHaveValue('rival.example\nfoe.example');
    await user.clear(dialog.getByLabelText('Why it is forbidden'));
    await user.type(dialog.getByLabelText('Why it is forbidden'), 'Never.');
    await user.click(dialog.getByRole('button', { name: 'Done' }));
    await user.click(await screen.findByRole('button', { name: 'Delete: Files to outsiders' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(put).toHaveLength(1));
    expect(put[0]?.policy.rules?.map(({ id, then }) => [id, then])).toEqual([
      ['rivals', { effect: 'forbid', reason: 'Never.' }],
    ]);
  });

  it('show what somebody else made of them meanwhile, and write over nothing unseen', async () => {
    const { user, put, now } = open();
    await user.click(await screen.findByRole('button', { name: 'Delete: Rivals' }));
    now.stored = stored({ version: 4, policy: { inside: [], rules: [] } });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    const title = await screen.findByText('Somebody else has changed the rules meanwhile');
    const alert = within(title.closest('[role=alert]') as HTMLElement);
    expect(alert.getByText('There are no rules')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.click(alert.getByRole('button', { name: 'Go on with mine' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(put.map(({ version }) => version)).toEqual([3, 4]));
    expect(put[1]?.policy.rules?.map(({ id }) => id)).toEqual(['contracts']);
  });

  it('are tried unsaved', async () => {
    const { user, put, tried } = open();
    await user.click(await screen.findByRole('button', { name: 'Delete: Rivals' }));
    await user.type(screen.getByLabelText('Recipients'), 'dana@far.example');
    await user.type(screen.getByLabelText('Files', { selector: 'input' }), '2');
    await user.click(screen.getByRole('button', { name: 'Try it' }));
    expect(await screen.findByText('1 rule matches')).toBeInTheDocument();
    expect(screen.getByText(/Outside: far.example/)).toBeInTheDocument();
    expect(tried[0]?.policy.rules).toHaveLength(1);
    expect(tried[0]?.sample).toMatchObject({
      kind: 'email',
      recipients: ['dana@far.example'],
      attachments: 2,
    });
    expect(put).toEqual([]);
  });

  it('name what the server refuses, at what it is about', async () => {
    const { user } = open();
    server.use(
      http.put('*/api/v1/actions/policy', () =>
        problem(422, 'invalid_input', {
          errors: [
            { field: 'rules.0.then.approvers', code: 'unknown_person', message: 'Ben has left.' },
            { field: 'policy.inside.0', code: 'value_error', message: 'Enter a domain such as example.com.' },
          ],
        }),
      ),
    );
    await user.type(await screen.findByLabelText('Domains inside'), '\nnonsense');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Ben has left.')).toBeInTheDocument();
    expect(screen.getByText('Enter a domain such as example.com.')).toBeInTheDocument();
  });

  it('say that there are none, or that they did not come', async () => {
    const { user } = open(stored({ policy: { inside: [], rules: [] } }));
    expect(await screen.findByText('There are no rules')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Add a rule' }));
    expect(screen.getByRole('dialog', { name: 'New rule' })).toBeInTheDocument();
  });
});
