import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import type { Place, Way } from '@/services/types';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import type { MessageDraft } from '@/utils/actionDrafts';
import { MessageEditor } from './MessageEditor';
import '@/test/actions';

const PLACES: Place[] = [
  { id: 'C0LAUNCH001', name: 'launch', kind: 'channel', members: 42, shared: false, obstacle: null },
  {
    id: 'G0VAULT0001',
    name: 'launch-crew',
    kind: 'private_channel',
    members: 3,
    shared: true,
    obstacle: null,
  },
  {
    id: 'C0OLD000001',
    name: 'launch-2020',
    kind: 'channel',
    members: 9,
    shared: false,
    obstacle: 'archived',
  },
];
const DANA: Place = {
  id: 'U0DANA0001',
  name: 'Dana Roe',
  kind: 'person',
  members: 1,
  shared: false,
  obstacle: null,
};
const WAYS: Way[] = [
  { via: 'c2', kind: 'slack', name: 'Slack of Ada', address: null },
  { via: 'c3', kind: 'slack', name: 'Another one', address: null },
];

function open(initial: Partial<MessageDraft> = {}) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/v1/actions/places', ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(`${query.get('via')} ${query.get('use')} ${query.get('q')}`);
      const q = (query.get('q') ?? '').toLowerCase();
      const items = [...PLACES, DANA].filter(({ name }) => name.toLowerCase().includes(q));
      return HttpResponse.json({ items, has_more: q === '' });
    }),
  );
  const submit = vi.fn().mockResolvedValue(undefined);
  const { user } = openPage(
    <MessageEditor
      title="New message"
      action="Continue"
      ways={WAYS}
      initial={{ channel: '', channelName: '', text: 'We launch.', thread: '', ...initial }}
      submit={submit}
      onClose={() => undefined}
    />,
    '/',
    '/',
  );
  return { user, submit, asked };
}

const place = () => screen.findByRole('combobox', { name: 'Channel or person' });

describe('where a message goes', () => {
  it('is chosen by name and keyboard, and sent by its id', async () => {
    const { user, submit } = open();
    const field = await place();
    await user.type(field, 'laun');
    const list = await screen.findByRole('listbox', { name: 'Channel or person' });
    await waitFor(() => expect(within(list).getAllByRole('option')).toHaveLength(3));
    expect(within(list).getAllByRole('option')[0]).toHaveTextContent('launchChannel · 42 members');
    expect(within(list).getAllByRole('option')[1]).toHaveTextContent('with other organisations');
    await user.keyboard('{ArrowDown}');
    expect(field).toHaveAttribute('aria-activedescendant', within(list).getAllByRole('option')[1]?.id);
    await user.keyboard('{Enter}');
    expect(field).toHaveValue('launch-crew');
    expect(screen.getByText('Chosen: G0VAULT0001')).toBeInTheDocument();
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload).toEqual({ channel: 'G0VAULT0001', text: 'We launch.' });
  });

  it('is not one where nothing can be posted, and says why', async () => {
    const { user, submit } = open();
    await user.type(await place(), '2020');
    await user.click(await screen.findByRole('option', { name: /launch-2020/ }));
    expect(screen.getByText('#launch-2020 is archived. Choose another channel.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit).not.toHaveBeenCalled();
  });

  it('is not what was typed over', async () => {
    const { user, submit } = open({ channel: 'C0LAUNCH001', channelName: 'launch' });
    const field = await place();
    expect(field).toHaveValue('launch');
    await user.type(field, 'x');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByText('Choose where it goes.')).toBeInTheDocument();
    expect(submit).not.toHaveBeenCalled();
  });

  it('may be an id, or the place of a message whose link is put in', async () => {
    const { user, submit } = open();
    const field = await place();
    await user.click(field);
    await user.paste('C0123456789');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload.channel).toBe('C0123456789');
    await user.clear(field);
    await user.paste('https://acme.slack.com/archives/C0999999999/p1764500000000100');
    expect(field).toHaveValue('C0999999999');
    expect(screen.getByRole('textbox', { name: 'Answer in a thread' })).toHaveValue('1764500000.000100');
  });

  it('is asked anew for another account', async () => {
    const { user, asked } = open({ channel: 'C0LAUNCH001', channelName: 'launch' });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Account' }), 'c3');
    const field = await place();
    expect(field).toHaveValue('');
    await user.click(field);
    await waitFor(() => expect(asked).toContain('c3 post '));
    expect(await screen.findByText('Others fit as well. Type more of the name.')).toBeInTheDocument();
  });

  it('says what to do where nothing fits, and where Slack does not answer', async () => {
    const { user } = open();
    await user.type(await place(), 'nothing');
    expect(await screen.findByText(/Nothing here has this name/)).toBeInTheDocument();
    server.use(http.get('*/api/v1/actions/places', () => problem(409, 'address_not_confirmed')));
    await user.type(await place(), 'x');
    expect(await screen.findByText('detail of address_not_confirmed')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
  });
});

describe('a mention', () => {
  it('is chosen behind an @ and stands in the text as Slack reads it', async () => {
    const { user, submit } = open({ channel: 'C0LAUNCH001', text: '' });
    const text = screen.getByRole('textbox', { name: 'Text' });
    await user.type(text, 'Hello @dan');
    await user.click(await screen.findByRole('option', { name: /Dana Roe/ }));
    // What was found for less is never taken, however quick Enter comes.
    await user.type(text, 'see you, @her{Enter}');
    expect(text).toHaveValue('Hello <@U0DANA0001> see you, <!here> ');
    expect(screen.getByText('Dana Roe')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload.text).toBe('Hello <@U0DANA0001> see you, <!here> ');
  });

  it('is not made where the list is left with Escape', async () => {
    const { user } = open({ text: '' });
    const text = screen.getByRole('textbox', { name: 'Text' });
    await user.type(text, '@dan');
    await screen.findByRole('option', { name: /Dana Roe/ });
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(screen.getByRole('dialog', { name: 'New message' })).toBeInTheDocument();
    expect(text).toHaveValue('@dan');
  });
});
