import { useQuery } from '@tanstack/react-query';
import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { toast } from 'sonner';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { getConversation } from '@/services/conversations';
import { keys } from '@/services/queries';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import { MessageActions } from './MessageActions';

const ANSWER = {
  id: 'm1',
  conversation_id: 'c1',
  role: 'assistant',
  content: 'Thirty days.',
  citations: [],
  passages: [],
  created_at: '2026-03-04T00:00:00Z',
};
const RATE = '*/api/v1/messages/m1/feedback';
let kept: { value: 'up' | 'down' | null };
let sent: unknown[];
let adminsRead: boolean;

/** The answer as the conversation has it. */
function Answer() {
  const found = useQuery({ queryKey: keys.conversation('c1'), queryFn: () => getConversation('c1') });
  const [message] = found.data?.messages ?? [];
  return message ? (
    <MessageActions message={message} canRegenerate={false} onRegenerate={() => undefined} />
  ) : null;
}

beforeEach(() => {
  kept = { value: null };
  sent = [];
  adminsRead = false;
  server.use(
    http.get('*/api/v1/conversations/c1', () =>
      HttpResponse.json({ id: 'c1', messages: [{ ...ANSWER, feedback: kept.value }], next_cursor: null }),
    ),
    http.post(RATE, async ({ request }) => {
      const body = (await request.json()) as typeof kept;
      sent.push(body);
      kept = body;
      return HttpResponse.json({ ...ANSWER, feedback: body.value });
    }),
    http.get('*/api/v1/chat/config', () =>
      HttpResponse.json({ mode: 'extractive', admins_see_questions: adminsRead }),
    ),
  );
});

const open = async () => {
  const opened = openPage(<Answer />, '/', '/');
  const bad = await screen.findByRole('button', { name: 'Bad answer' });
  return { ...opened, bad };
};

describe('an opinion of an answer', () => {
  it('counts at once, and the dialog asks why, by keyboard', async () => {
    const { user, bad } = await open();
    bad.focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'What is wrong with this answer?' });
    expect(sent).toEqual([{ value: 'down' }]);
    expect(await within(dialog).findByText(/neither your question nor your words/)).toBeVisible();
    const [first] = screen.getAllByRole('checkbox');
    expect(screen.getAllByRole('checkbox')).toHaveLength(5);
    first?.focus();
    await user.keyboard(' ');
    await user.click(screen.getByRole('checkbox', { name: 'Something is missing' }));
    await user.type(screen.getByRole('textbox', { name: 'In your words' }), ' Part-timers. ');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent[1]).toEqual({ value: 'down', reasons: ['wrong', 'missing'], comment: 'Part-timers.' });
    expect(bad).toHaveAttribute('aria-pressed', 'true');
  });

  it('stands when nobody says why, and is taken back by the same button', async () => {
    const { user, bad } = await open();
    await user.click(bad);
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(bad).toHaveAttribute('aria-pressed', 'true');
    await user.click(bad);
    await waitFor(() => expect(bad).toHaveAttribute('aria-pressed', 'false'));
    expect(sent).toEqual([{ value: 'down' }, { value: null }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that is a good one asks nothing', async () => {
    const { user } = await open();
    const good = screen.getByRole('button', { name: 'Good answer' });
    await user.click(good);
    await waitFor(() => expect(good).toHaveAttribute('aria-pressed', 'true'));
    expect(sent).toEqual([{ value: 'up' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is shown as it was kept', async () => {
    kept = { value: 'down' };
    const { bad } = await open();
    expect(bad).toHaveAttribute('aria-pressed', 'true');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says who reads the words', async () => {
    adminsRead = true;
    const { user, bad } = await open();
    await user.click(bad);
    expect(await screen.findByText(/Administrators can read your reasons/)).toBeVisible();
  });
});

describe('an opinion that cannot be kept', () => {
  it('is told, asks nothing, and does not count', async () => {
    server.use(http.post(RATE, () => problem(404, 'not_found'), { once: true }));
    const told = vi.spyOn(toast, 'error');
    const { user, bad } = await open();
    await user.click(bad);
    await waitFor(() => expect(told).toHaveBeenCalled());
    expect(bad).toHaveAttribute('aria-pressed', 'false');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('leaves what was written when its reasons are refused', async () => {
    const { user, bad } = await open();
    await user.click(bad);
    await user.type(await screen.findByRole('textbox', { name: 'In your words' }), 'Old.');
    server.use(http.post(RATE, () => problem(503, 'unavailable'), { once: true }));
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByRole('alert')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'In your words' })).toHaveValue('Old.');
  });
});
