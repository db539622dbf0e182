import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import type { Action } from '@/services/types';
import { action, answeringActions, EMAIL, EVENT, HASH, MESSAGE } from '@/test/actions';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import ActionPage from './Action';

const open = () => openPage(<ActionPage />, '/actions/:actionId', '/actions/x1');
const card = () => screen.findByRole('region', { name: /^(Mail|Event|Message):/ });
const CONFIRMED = { code: 'many', message: 'It reaches 17 people.', field: 'to', confirm: true };
const TOLD = { code: 'outside', message: 'Goes outside.', field: 'to', confirm: false };

describe('what goes out', () => {
  it('is shown whole: a mail with everybody, its text and its files', async () => {
    answeringActions([action({ warnings: [TOLD] })]);
    const { view } = open();
    const shown = await card();
    for (const text of [
      'BibliosAI <biblios@example.com>',
      'Ada <ada@example.com>',
      'Dana Roe <dana@elsewhere.example>',
      'ben@example.com',
      'Archive <archive@example.com>',
      'Launch',
      'we launch.',
      'Goes outside.',
    ]) {
      expect(shown).toHaveTextContent(text);
    }
    expect(within(shown).getByRole('link', { name: /plan\.pdf 1\.2 MB/ })).toHaveAttribute(
      'href',
      '/documents/d1',
    );
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('leaves nothing unsaid that this page has no place for', async () => {
    answeringActions([action({ preview: { ...EMAIL, importance: '<b>high</b>', read_receipt: 'm1' } })]);
    open();
    const rest = within(await card()).getByRole('group', { name: 'What else goes out' });
    expect(rest).toHaveTextContent('importance<b>high</b>read receiptm1');
  });

  it('is an event with its times, guests and mails', async () => {
    answeringActions([action({ kind: 'calendar', preview: EVENT })]);
    open();
    const shown = await card();
    for (const text of [
      'An event is changed · this one and all that follow',
      'Thursday, 2026-12-03, 10:00 Europe/Berlin (+01:00)',
      'Dana Roe <dana@elsewhere.example>',
      'optional',
      'busy',
      'for them 2026-12-03 04:00, America/New_York',
      'A link to a video call is added',
      'Mails to guestsdana@elsewhere.example',
      'before: Look → now: Review',
      'We look at the numbers.',
      'Room 5',
    ]) {
      expect(shown).toHaveTextContent(text);
    }
  });

  it('is a message with its channel, thread and whom it calls', async () => {
    answeringActions([action({ kind: 'slack', preview: MESSAGE })]);
    open();
    const shown = await card();
    for (const text of [
      'An answer in a thread',
      'Ada Lovelace',
      '#launch Private channel · 42 members C0123456789',
      'When do we launch?',
      '@here · 17 people',
      'On Thursday, @here.',
    ]) {
      expect(shown).toHaveTextContent(text);
    }
  });
});

describe('an approval', () => {
  it('names the hash of what was shown, and nothing else', async () => {
    const { done } = answeringActions([action()]);
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    expect(await screen.findByRole('timer')).toHaveTextContent(/Goes out Jan 1, 2099/);
    expect(done).toEqual([`POST /actions/x1/approve {"hash":"${HASH}","confirm":[]}`]);
  });

  it('needs the ticks of warnings that have to be confirmed', async () => {
    const { done } = answeringActions([action({ warnings: [TOLD, CONFIRMED] })]);
    const { user } = open();
    expect(await screen.findByRole('button', { name: 'Approve' })).toBeDisabled();
    screen.getByRole('button', { name: 'Edit' }).focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    const tick = screen.getByRole('checkbox', { name: 'It reaches 17 people.' });
    expect(tick).toHaveFocus();
    expect(done).toEqual([]);
    await user.click(tick);
    await user.click(screen.getByRole('button', { name: 'Approve' }));
    await waitFor(() =>
      expect(done).toEqual([`POST /actions/x1/approve {"hash":"${HASH}","confirm":["many"]}`]),
    );
  });

  it('is given by keys only within the card, and by nothing else', async () => {
    const { done } = answeringActions([action()]);
    const { user } = open();
    const shown = await card();
    await user.keyboard('{Control>}{Enter}{/Control}');
    screen.getByRole('button', { name: 'Reject' }).focus();
    await user.keyboard('{Escape}');
    fireEvent.keyDown(shown, { key: 'Enter', ctrlKey: true, repeat: true });
    await user.keyboard('{Enter}'); // opens the question
    await user.type(await screen.findByLabelText('Reason'), 'no{Control>}{Enter}{/Control}');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(done).toEqual([]);
    screen.getByRole('button', { name: 'Reject' }).focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(done).toHaveLength(1));
  });

  it('is not given by keys while some of it was not on screen', async () => {
    const { done } = answeringActions([action()]);
    const { user } = open();
    const content = within(await card()).getByTestId('action-content');
    const scrolled = vi.fn();
    Element.prototype.scrollBy = scrolled;
    content.getBoundingClientRect = () => ({ top: 100, bottom: 5100, height: 5000, width: 500 }) as DOMRect;
    screen.getByRole('button', { name: 'Edit' }).focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(screen.getByText(/Not all of it was on screen/)).toBeInTheDocument();
    expect(scrolled).toHaveBeenCalledOnce();
    expect(done).toEqual([]);
  });

  it.each([
    ['is_rejected', 'rejected'],
    ['is_expired', 'expired'],
  ] as const)('that came too late is told, and the action is shown as it is: %s', async (code, status) => {
    const { actions } = answeringActions([action()]);
    server.use(
      http.post('*/api/v1/actions/:id/approve', () => {
        actions[0] = action({ status });
        return problem(409, code, { detail: 'It is over since 09:00.' });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    const told = await screen.findByRole('alert');
    expect(told).toHaveTextContent('Nothing was decidedIt is over since 09:00.');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Approve' })).not.toBeInTheDocument());
  });

  it('of something that has changed decides nothing and shows what it is now', async () => {
    const { actions, done } = answeringActions([action()]);
    server.use(
      http.post(
        '*/api/v1/actions/:id/approve',
        () => {
          actions[0] = action({ hash: 'c'.repeat(64), preview: { ...EMAIL, subject: 'Other' } });
          return problem(409, 'changed', { detail: 'It has changed since it was shown to you.' });
        },
        { once: true },
      ),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('This has changed since you opened it')).toBeInTheDocument();
    expect(screen.getByText('Nothing was decided')).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'What has changed' })).toHaveTextContent(
      'Subjectbefore: Launch → now: Other',
    );
    expect(screen.getByRole('button', { name: 'Approve' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'I have seen it' }));
    await user.click(screen.getByRole('button', { name: 'Approve' }));
    await waitFor(() =>
      expect(done).toEqual([`POST /actions/x1/approve {"hash":"${'c'.repeat(64)}","confirm":[]}`]),
    );
  });
});

describe('what else may be decided', () => {
  it('is no, with a reason', async () => {
    const { done } = answeringActions([action()]);
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Reject' }));
    await user.type(await screen.findByLabelText('Reason'), 'Not now.');
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Reject' }));
    expect(await screen.findAllByText('Rejected')).not.toHaveLength(0);
    expect(done).toEqual(['POST /actions/x1/reject {"reason":"Not now."}']);
  });

  it('is an edit, which tells what it changed', async () => {
    const { done } = answeringActions([action({ warnings: [CONFIRMED] })]);
    const { user } = open();
    await user.click(await screen.findByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const editor = within(await screen.findByRole('dialog', { name: 'Edit the mail' }));
    expect(editor.getByText('plan.pdf')).toBeInTheDocument();
    await user.clear(editor.getByLabelText('Subject'));
    await user.type(editor.getByLabelText('Subject'), 'Launch on Friday');
    await user.click(editor.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('group', { name: 'What has changed' })).toHaveTextContent(
      'before: Launch → now: Launch on Friday',
    );
    expect(JSON.parse(done[0]?.replace('PATCH /actions/x1 ', '') ?? '')).toEqual({
      payload: { ...action().payload, subject: 'Launch on Friday' },
      schedule_at: null,
      hash: HASH,
    });
    expect(screen.queryByText('This has changed since you opened it')).not.toBeInTheDocument();
    // What was ticked for other content counts no more.
    expect(screen.getByRole('checkbox')).not.toBeChecked();
  });

  it('is an edit of what the editor was opened with, which writes nothing over that came since', async () => {
    const { actions } = answeringActions([action()]);
    const named: unknown[] = [];
    server.use(
      http.patch('*/api/v1/actions/:id', async ({ request }) => {
        named.push(((await request.json()) as { hash?: string }).hash);
        actions[0] = action({ hash: 'c'.repeat(64), preview: { ...EMAIL, subject: 'Other' } });
        return problem(409, 'changed', { detail: 'It has changed since it was shown to you.' });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Edit' }));
    const editor = within(await screen.findByRole('dialog', { name: 'Edit the mail' }));
    await user.type(editor.getByLabelText('Subject'), ' on Friday');
    await user.click(editor.getByRole('button', { name: 'Save' }));
    expect(await editor.findByText('It has changed since it was shown to you.')).toBeInTheDocument();
    expect(await screen.findByText('This has changed since you opened it')).toBeInTheDocument();
    expect(editor.getByLabelText('Subject')).toHaveValue('Launch on Friday');
    await user.click(editor.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(named).toEqual([HASH, HASH]));
  });

  it('is undoing what has not left', async () => {
    const { done } = answeringActions([
      action({ status: 'scheduled', scheduled_at: new Date(Date.now() + 25_000).toISOString() }),
    ]);
    const { user } = open();
    expect(await screen.findByRole('timer')).toHaveTextContent(/Goes out in 0:2\d/);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findAllByText('Withdrawn')).not.toHaveLength(0);
    expect(done).toEqual(['POST /actions/x1/cancel']);
  });

  it('is sending again, of what may have been sent only with that word', async () => {
    const { done } = answeringActions([action({ status: 'unknown' })]);
    const { user } = open();
    const again = await screen.findByRole('button', { name: 'Send again' });
    expect(again).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: 'It may be sent twice' }));
    await user.click(again);
    await waitFor(() => expect(done).toEqual(['POST /actions/x1/retry {"confirm":["may_be_sent_twice"]}']));
  });

  it('is sending again what certainly did not happen', async () => {
    const { done } = answeringActions([
      action({ status: 'failed', reason: { code: 'r', message: 'Refused.' } }),
    ]);
    const { user } = open();
    expect(await screen.findByText('Refused.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Send again' }));
    await waitFor(() => expect(done).toEqual(['POST /actions/x1/retry {"confirm":[]}']));
  });
});

describe('what became of it', () => {
  const sent = (changes: Partial<Action> = {}) =>
    action({
      status: 'succeeded',
      receipt: {
        at: '2026-01-05T09:02:00Z',
        id: 'm-1',
        url: 'https://mail.example/1',
        details: { answer: '250 ok' },
      },
      attempts: [
        { number: 1, began_at: '2026-01-05T09:01:00Z', ended_at: null, outcome: 'done', reason: null },
      ],
      timeline: [
        ...action().timeline,
        {
          at: '2026-01-05T09:02:00Z',
          move: 'succeed',
          from: 'executing',
          to: 'succeeded',
          actor_kind: 'system',
          actor_id: null,
          reason: 'The server took it.',
        },
      ],
      ...changes,
    });

  it('is told with receipt, attempts, every step and the fingerprint', async () => {
    answeringActions([sent()]);
    open();
    expect(await screen.findByText('m-1')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'See it there' })).toHaveAttribute(
      'href',
      'https://mail.example/1',
    );
    expect(screen.getByText('Attempt 1').parentElement).toHaveTextContent('Confirmed');
    expect(screen.getByText(HASH)).toBeInTheDocument();
    const steps = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(steps.some((text) => text?.includes('You proposed it'))).toBe(true);
    expect(
      steps.some(
        (text) => text?.includes('This server saw it confirmed') && text.includes('The server took it.'),
      ),
    ).toBe(true);
  });

  it('links to the web only', async () => {
    answeringActions([
      sent({ receipt: { at: '2026-01-05T09:02:00Z', id: 'm-1', url: 'javascript:alert(1)' } }),
    ]);
    open();
    expect(await screen.findByText('m-1')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'See it there' })).not.toBeInTheDocument();
  });

  it('cannot be told of one that is not there, or not theirs', async () => {
    answeringActions([]);
    open();
    expect(await screen.findByText('This action is not here')).toBeInTheDocument();
  });
});

describe('what was begun in a conversation', () => {
  const draft = action({
    status: 'draft',
    preview: {},
    payload: { to: [], cc: [], subject: 'Launch', text: 'We launch.', attachments: [] },
    missing: ['to'],
    suggestions: [
      {
        field: 'to',
        value: 'press@partner.example',
        origin: 'document',
        document_id: 'd1',
        title: 'Plan',
      },
      { field: 'attachments', value: 'Payroll', origin: 'assistant', document_id: null, title: null },
    ],
    timeline: [],
  });

  it('says what is missing, and takes over from a document only what is clicked and saved', async () => {
    const { done } = answeringActions([draft]);
    const { user, view } = open();
    const shown = await card();
    expect(shown).toHaveTextContent('Fill in what is missing: To.');
    expect(within(shown).queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(within(shown).getByRole('link', { name: 'Plan' })).toHaveAttribute('href', '/documents/d1');
    const offered = within(shown).getAllByRole('button', { name: /^Use/ });
    expect(offered.map((one) => one.textContent)).toEqual(['Use from “Plan”']);
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
    await user.click(offered[0] as HTMLElement);
    const editor = await screen.findByRole('dialog', { name: 'Edit the mail' });
    expect(done).toEqual([]);
    await user.click(within(editor).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(done).toHaveLength(1));
    expect(done[0]).toContain('"to":[{"address":"press@partner.example"}]');
  });

  it.each(
    (['email', 'calendar', 'slack'] as const).flatMap((kind) =>
      (['cancelled', 'expired'] as const).map((status) => [kind, status] as const),
    ),
  )('still shows what stood in it when it is over: %s, %s', async (kind, status) => {
    const payload = { title: 'Launch', subject: 'Launch', text: 'We launch.', description: 'We launch.' };
    answeringActions([{ ...draft, kind, status, payload, may: [] }]);
    open();
    const shown = await card();
    expect(shown).toHaveTextContent('We launch.');
    expect(shown).not.toHaveTextContent('Fill in what is missing');
    expect(within(shown).queryByRole('button')).toBeNull();
  });

  it('waits for others by their names', async () => {
    answeringActions([
      action({
        waiting_for: [{ user_id: 'u9', name: 'Grace' }],
        approvals: [{ user_id: 'u1', name: 'Ada', at: '2026-01-05T09:00:00Z' }],
      }),
    ]);
    open();
    expect(await card()).toHaveTextContent('It also waits for Grace. Approved so far by Ada.');
  });
});
