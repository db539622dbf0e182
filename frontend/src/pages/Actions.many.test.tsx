import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { describe, expect, it } from 'vitest';
import { action, answeringActions, EMAIL, HASH } from '@/test/actions';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import Actions from './Actions';

const open = () =>
  openPage(
    <>
      <Actions />
      <Toaster />
    </>,
    '/actions',
    '/actions',
  );
const section = (name: string) => screen.findByRole('region', { name });
const named = (id: string, subject: string, changes = {}) =>
  action({ id, preview: { ...EMAIL, subject }, ...changes });
const decisions = (done: string[]) =>
  done
    .filter((one) => one.includes('decide-many'))
    .map((one) => JSON.parse(one.replace('POST /actions/decide-many ', '')) as unknown);

describe('many actions', () => {
  it('are shown each as it leaves, and approved each by its hash', async () => {
    const { done } = answeringActions([
      named('a', 'One'),
      named('b', 'Two', {
        warnings: [{ code: 'outside', message: 'It leaves the house.', field: null, confirm: true }],
      }),
      named('c', 'Three'),
      named('d', 'Begun', { status: 'draft' }),
    ]);
    const { user } = open();
    await user.click(await screen.findByRole('checkbox', { name: 'Select: One' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select: Two' }));
    expect(screen.queryByRole('checkbox', { name: 'Select: Begun' })).not.toBeInTheDocument();
    expect(screen.getByText('2 selected')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Approve selected' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Approve 2 actions?' }));
    expect(dialog.getAllByText(/we launch/)).toHaveLength(2);
    const approve = dialog.getByRole('button', { name: 'Approve all 2' });
    expect(approve).toBeDisabled();
    expect(dialog.getByText('1 warning has to be ticked first.')).toBeInTheDocument();
    await user.click(dialog.getByRole('checkbox', { name: 'It leaves the house.' }));
    expect(decisions(done)).toEqual([]);
    await user.click(approve);
    expect(await screen.findByRole('dialog', { name: 'What became of each' })).toHaveTextContent(
      '2 of 2 were decided on.',
    );
    expect(decisions(done)).toEqual([
      {
        decision: 'approve',
        items: [
          { id: 'a', hash: HASH, confirm: [] },
          { id: 'b', hash: HASH, confirm: ['outside'] },
        ],
        reason: null,
      },
    ]);
    await user.click(screen.getAllByRole('button', { name: 'Close' })[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByText('2 selected')).not.toBeInTheDocument());
  });

  it('say of each what became of it, and why where it did not count', async () => {
    answeringActions([named('a', 'One'), named('b', 'Two')], undefined, new Set(['b']));
    const { user } = open();
    await user.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    await user.click(screen.getByRole('button', { name: 'Reject selected' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Reject 2 actions?' }));
    await user.type(dialog.getByLabelText('Reason'), 'Too early');
    await user.click(dialog.getByRole('button', { name: 'Reject all 2' }));
    const outcome = within(await screen.findByRole('dialog', { name: 'What became of each' }));
    expect(outcome.getByText('Rejected')).toBeInTheDocument();
    expect(outcome.getByText(/Nothing was decided: detail of b/)).toBeInTheDocument();
  });

  it('are no more than can be decided on at once', async () => {
    const { done } = answeringActions(
      Array.from({ length: 103 }, (_, at) => named(`n${at}`, `Number ${at}`)),
    );
    const { user } = open();
    await user.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    expect(screen.getByText(/^100 selected · No more than 100 at once/)).toBeInTheDocument();
    expect(screen.getByRole('checkbox', { name: 'Select all' })).toBeChecked();
    expect(screen.getByRole('checkbox', { name: 'Select: Number 99' })).toBeChecked();
    const beyond = screen.getByRole('checkbox', { name: 'Select: Number 100' });
    await user.click(beyond);
    expect(beyond).not.toBeChecked();
    await user.click(screen.getByRole('checkbox', { name: 'Select: Number 3' }));
    expect(screen.getByText('99 selected')).toBeInTheDocument();
    await user.click(beyond);
    expect(beyond).toBeChecked();
    await user.click(screen.getByRole('button', { name: 'Reject selected' }));
    await user.click(await screen.findByRole('button', { name: 'Reject all 100' }));
    await screen.findByRole('dialog', { name: 'What became of each' });
    const [sent] = decisions(done) as { items: { id: string }[] }[];
    expect(sent?.items.map(({ id }) => id)).not.toContain('n3');
    expect(sent?.items).toHaveLength(100);
  }, 30_000);

  it('are not decided on by Enter in a box', async () => {
    const warnings = [{ code: 'outside', message: 'It leaves the house.', field: null, confirm: true }];
    const { done } = answeringActions([named('a', 'One', { warnings }), named('b', 'Two')]);
    const { user } = open();
    await user.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    await user.click(screen.getByRole('button', { name: 'Approve selected' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Approve 2 actions?' }));
    const box = dialog.getByRole<HTMLInputElement>('checkbox', { name: 'It leaves the house.' });
    await user.click(box);
    expect(box.form).toBeNull(); // what Enter would submit in a browser
    await user.keyboard('{Enter}');
    expect(decisions(done)).toEqual([]);
    expect(screen.getByRole('dialog', { name: 'Approve 2 actions?' })).toBeInTheDocument();
    dialog.getByRole('button', { name: 'Approve all 2' }).focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: 'What became of each' })).toBeInTheDocument();
  });

  it('decide nothing by being closed, and say when nothing could be decided', async () => {
    const { done } = answeringActions([named('a', 'One'), named('b', 'Two')]);
    const { user } = open();
    await user.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    await user.click(screen.getByRole('button', { name: 'Approve selected' }));
    await screen.findByRole('dialog', { name: 'Approve 2 actions?' });
    await user.keyboard('{Escape}');
    expect(decisions(done)).toEqual([]);
    server.use(http.post('*/api/v1/actions/decide-many', () => problem(503, 'unavailable')));
    await user.click(screen.getByRole('button', { name: 'Approve selected' }));
    await user.click(await screen.findByRole('button', { name: 'Approve all 2' }));
    expect(await screen.findByText('detail of unavailable')).toBeInTheDocument();
  });

  it('that were proposed together are one row that unfolds, with how many stand where', async () => {
    answeringActions([
      named('a', 'Dear Ann', { group: 'g', group_size: 3 }),
      named('b', 'Dear Ben', { group: 'g', group_size: 3 }),
      named('c', 'Dear Cleo', { group: 'g', group_size: 3, status: 'succeeded' }),
    ]);
    const { user } = open();
    const awaiting = within(await section('Awaiting me'));
    expect(await awaiting.findByText('To each of 3 people separately')).toBeInTheDocument();
    expect(await awaiting.findByText('Awaiting approval 2 · Sent 1')).toBeInTheDocument();
    expect(awaiting.queryByRole('link', { name: 'Dear Ben' })).not.toBeInTheDocument();
    await user.click(awaiting.getByRole('button', { name: 'Show each: Dear Ann' }));
    expect(awaiting.getByRole('link', { name: 'Dear Ben' })).toBeInTheDocument();
    await user.click(awaiting.getAllByRole('checkbox', { name: 'Select: Dear Ann' })[0] as HTMLElement);
    expect(awaiting.getByText('2 selected')).toBeInTheDocument();
  });

  it('of a group of somebody else are counted as far as they are shown', async () => {
    answeringActions([
      named('a', 'Dear Ann', { group: 'g', group_size: 3 }),
      named('b', 'Dear Ben', { group: 'g', group_size: 3 }),
    ]);
    server.use(
      http.get('*/api/v1/actions', ({ request }) =>
        new URL(request.url).searchParams.has('group')
          ? HttpResponse.json({ items: [], next_cursor: null })
          : undefined,
      ),
    );
    open();
    const awaiting = within(await section('Awaiting me'));
    expect(await awaiting.findByText('To each of 3 people separately')).toBeInTheDocument();
    await new Promise((resolve) => setTimeout(resolve, 100)); // the list of the group has been answered
    expect(awaiting.getByText('Awaiting approval 2')).toBeInTheDocument();
  });

  it('are begun by one mail to each of many', async () => {
    const { done } = answeringActions([]);
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'New' }));
    await user.click(await screen.findByRole('menuitem', { name: 'New mail' }));
    const editor = within(await screen.findByRole('dialog', { name: 'New mail' }));
    await user.type(editor.getByLabelText('To'), 'Ann <a@x.example>, Ben <b@x.example>,');
    await user.type(editor.getByLabelText('Subject'), 'Hi');
    await user.click(editor.getByRole('checkbox', { name: 'Send to each separately' }));
    expect(editor.getByText(/\{\{name\}\}/)).toBeInTheDocument();
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(await screen.findByText('1 mail waits for your approval')).toBeInTheDocument();
    expect(screen.getByText('Nothing was prepared for b@x.example')).toBeInTheDocument();
    expect(done.some((one) => one.startsWith('POST /actions/separately'))).toBe(true);
  });

  it('of others that one decided on are found again', async () => {
    answeringActions([
      named('mine', 'My own', { status: 'succeeded' }),
      named('theirs', 'Of Ben', { status: 'succeeded', created_by: 'u2', created_by_name: 'Ben' }),
    ]);
    const { user } = open();
    const history = within(await section('History'));
    expect(await history.findByRole('link', { name: 'My own' })).toBeInTheDocument();
    await user.click(history.getByRole('radio', { name: 'Decided by me' }));
    expect(await history.findByRole('link', { name: 'Of Ben' })).toBeInTheDocument();
    expect(history.getByText(/Proposed by Ben/)).toBeInTheDocument();
  });

  it('say that nothing was decided on yet', async () => {
    answeringActions([]);
    const { user } = open();
    await user.click(within(await section('History')).getByRole('radio', { name: 'Decided by me' }));
    expect(await screen.findByText(/others propose and you decide on/)).toBeInTheDocument();
  });
});
