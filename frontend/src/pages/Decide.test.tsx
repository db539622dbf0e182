import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedOut } from '@/services/session';
import { action } from '@/test/actions';
import { openAt } from '@/test/openAt';
import { problem, server } from '@/test/server';

const CONFIRMED = { code: 'many', message: 'It reaches 17 people.', field: 'to', confirm: true };
const asked = action({ created_by_name: 'Ada', warnings: [CONFIRMED] });

/** Answers like a link to this; notes what is sent. */
function answering(state: 'open' | 'changed' | 'decided' = 'open', shown = asked) {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.post('*/api/v1/actions/decide', async ({ request }) => {
      const given = (await request.json()) as Record<string, unknown>;
      sent.push(given);
      return HttpResponse.json({ state: given.decision ? 'decided' : state, action: shown });
    }),
  );
  return sent;
}

beforeEach(() => {
  signedOut({ everywhere: false });
});

describe('a mailed link to decide', () => {
  it('shows what it is about and decides only at the button, with what was ticked', async () => {
    const sent = answering();
    const { user } = await openAt('/actions/decide#token=secret');
    const card = await screen.findByRole('region', { name: 'Launch' });
    expect(card).toHaveTextContent('Proposed by Ada');
    expect(card).toHaveTextContent('Dana Roe <dana@elsewhere.example>');
    expect(sent).toEqual([{ token: 'secret' }]);
    const { violations } = await axe.run(screen.getByRole('main'), {
      rules: { 'color-contrast': { enabled: false } },
    });
    expect(violations).toEqual([]);
    expect(within(card).getByRole('button', { name: 'Approve' })).toBeDisabled();
    await user.click(within(card).getByRole('checkbox'));
    await user.click(within(card).getByRole('button', { name: 'Approve' }));
    expect(await within(card).findByText(/^You approved it/)).toBeVisible();
    expect(sent[1]).toEqual({ token: 'secret', decision: 'approve', confirm: ['many'] });
    expect(within(card).queryByRole('button', { name: 'Approve' })).toBeNull();
  });

  it('shows when it is to go out', async () => {
    answering('open', { ...asked, schedule_at: '2099-01-02T08:00:00Z' });
    await openAt('/actions/decide#token=secret');
    expect(await screen.findByRole('region', { name: 'Launch' })).toHaveTextContent(/Send at Jan 2, 2099/);
  });

  it('takes a reason for a no', async () => {
    const sent = answering();
    const { user } = await openAt('/actions/decide#token=secret');
    await user.click(await screen.findByRole('button', { name: 'Reject' }));
    await user.type(screen.getByLabelText('Reason'), 'Not now');
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(sent[1]).toEqual({ token: 'secret', decision: 'reject', reason: 'Not now' }));
    expect(await screen.findByText(/^You rejected it/)).toBeVisible();
  });

  it.each([
    ['changed', 'It has changed since this mail was sent'],
    ['decided', 'Nothing waits for your word any more.'],
  ] as const)('that is %s decides nothing', async (state, said) => {
    answering(state);
    await openAt('/actions/decide#token=secret');
    expect(await screen.findByText(said)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  });

  it('that is none says so', async () => {
    server.use(http.post('*/api/v1/actions/decide', () => problem(422, 'link_invalid')));
    await openAt('/actions/decide#token=gone');
    expect(await screen.findByText('This link does not work any more')).toBeVisible();
  });
});
