import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Toaster } from 'sonner';
import { describe, expect, it } from 'vitest';
import { action, answeringActions, EMAIL, WAYS } from '@/test/actions';
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
const MAIL_ONLY = WAYS.slice(0, 1);

describe('the actions', () => {
  it('stand where they belong, and lead to all of each', async () => {
    answeringActions([
      action({ id: 'w' }),
      action({ id: 's', status: 'scheduled', scheduled_at: '2099-01-01T00:00:00Z' }),
      action({
        id: 'h',
        status: 'succeeded',
        receipt: { at: '2026-01-05T09:02:00Z', id: 'm-1' },
        preview: { ...EMAIL, subject: '' },
      }),
    ]);
    open();
    const awaiting = await section('Awaiting me');
    expect(await within(awaiting).findByRole('link', { name: 'Launch' })).toHaveAttribute(
      'href',
      '/actions/w',
    );
    expect(awaiting).toHaveTextContent('Mail to Dana Roe, ben@example.com and 1 other');
    expect(await within(await section('Scheduled')).findByText(/Goes out Jan 1, 2099/)).toBeInTheDocument();
    const history = await section('History');
    expect(await within(history).findByText(/Receipt m-1/)).toBeInTheDocument();
    expect(history).toHaveTextContent('Mail without a subject');
    expect(within(history).getByText('Sent')).toBeInTheDocument();
  });

  it('are undone from the list, and say why they could not be', async () => {
    const { done } = answeringActions([action({ id: 's', status: 'scheduled', scheduled_at: null })]);
    server.use(http.post('*/api/v1/actions/s/cancel', () => problem(409, 'is_executing'), { once: true }));
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('detail of is_executing')).toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await within(await section('History')).findByText('Withdrawn')).toBeInTheDocument();
    expect(done).toEqual(['POST /actions/s/cancel']);
  });

  it('say what to do when there are none', async () => {
    answeringActions([], MAIL_ONLY);
    const { user } = open();
    expect(await screen.findByText('Nothing waits for you')).toBeInTheDocument();
    expect(screen.getByText('Nothing is on its way.')).toBeInTheDocument();
    await user.click(within(await section('Awaiting me')).getByRole('button', { name: 'New mail' }));
    expect(await screen.findByRole('dialog', { name: 'New mail' })).toBeInTheDocument();
  });

  it('are narrowed by state and kind', async () => {
    const asked: string[] = [];
    answeringActions([action({ id: 'a', status: 'failed' }), action({ id: 'b', status: 'succeeded' })]);
    server.events.on('request:start', ({ request }) => {
      if (request.url.includes('/actions?')) asked.push(new URL(request.url).search);
    });
    const { user } = open();
    const history = within(await section('History'));
    await waitFor(() => expect(history.getAllByRole('listitem')).toHaveLength(2));
    await user.click(history.getByRole('button', { name: 'State' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Not sent' }));
    await waitFor(() => expect(history.getAllByRole('listitem')).toHaveLength(1));
    await user.click(history.getByRole('button', { name: 'Kind' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Event' }));
    expect(await history.findByText('Nothing fits')).toBeInTheDocument();
    expect(asked.at(-1)).toBe('?status=failed&kind=calendar&limit=50');
    server.events.removeAllListeners();
  });

  it('say when they could not be loaded, and try again', async () => {
    answeringActions([action()]);
    server.use(http.get('*/api/v1/actions', () => problem(500, 'internal')));
    const { user } = open();
    expect(await screen.findAllByText('The actions could not be loaded')).toHaveLength(3);
    server.use(
      http.get('*/api/v1/actions', () => HttpResponse.json({ items: [action()], next_cursor: null })),
    );
    await user.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement);
    expect(await screen.findByRole('link', { name: 'Launch' })).toBeInTheDocument();
  });

  it('are shown further on', async () => {
    server.use(
      http.get('*/api/v1/actions/events', () => new HttpResponse(null, { status: 404 })),
      http.get('*/api/v1/actions/ways', () => HttpResponse.json({ items: [] })),
      http.get('*/api/v1/actions', ({ request }) => {
        const { searchParams } = new URL(request.url);
        const second = searchParams.get('cursor') === 'n';
        const one = action({
          id: second ? '2' : '1',
          preview: { ...EMAIL, subject: second ? 'Old' : 'New' },
        });
        return HttpResponse.json(
          searchParams.has('awaiting', 'me')
            ? { items: [one], next_cursor: second ? null : 'n' }
            : { items: [], next_cursor: null },
        );
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Show more' }));
    expect(await screen.findByRole('link', { name: 'Old' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'New' })).toBeInTheDocument();
  });
});

describe('a new action', () => {
  const write = async (kind: string) => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'New' }));
    await user.click(await screen.findByRole('menuitem', { name: kind }));
    return { user, editor: within(await screen.findByRole('dialog', { name: kind })) };
  };
  const sent = (done: string[]) => JSON.parse(done.at(-1)?.replace('POST /actions ', '') ?? '{}');

  it('is a mail whose recipients stand one by one; wrong ones block', async () => {
    const { done } = answeringActions([]);
    const { user, editor } = await write('New mail');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(editor.getByText('Say whom it goes to.')).toBeInTheDocument();
    const to = editor.getByLabelText('To');
    to.focus();
    await user.paste('"Roe, Dana" <dana@example.com>; nobody, ben@example.com');
    expect(
      editor.getByText('One of these is no mail address. Remove it, or write it anew.'),
    ).toBeInTheDocument();
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(done).toEqual([]);
    await user.click(editor.getByRole('button', { name: 'Remove nobody' }));
    await user.type(to, 'cleo@example.com,{Backspace}');
    await user.click(editor.getByRole('button', { name: 'Add Cc and Bcc' }));
    await user.type(editor.getByLabelText('Bcc'), 'archive@example.com');
    await user.type(editor.getByLabelText('Subject'), 'Launch');
    await user.type(editor.getByLabelText('Text'), 'Dear Dana');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('/actions/new'));
    expect(sent(done)).toEqual({
      kind: 'email',
      via: 'smtp',
      schedule_at: null,
      payload: {
        to: [{ name: 'Roe, Dana', address: 'dana@example.com' }, { address: 'ben@example.com' }],
        cc: [],
        bcc: [{ address: 'archive@example.com' }],
        subject: 'Launch',
        text: 'Dear Dana',
        attachments: [],
      },
    });
  });

  it('says at its fields what the server refuses, and keeps what was typed', async () => {
    answeringActions([]);
    const { user, editor } = await write('New mail');
    server.use(
      http.post('*/api/v1/actions', () =>
        problem(422, 'invalid_input', {
          errors: [
            { field: 'payload.to.0.address', code: 'x', message: 'Not this address.' },
            { field: 'schedule_at', code: 'y', message: 'Choose a time within the next year.' },
          ],
        }),
      ),
    );
    await user.type(editor.getByLabelText('To'), 'dana@example.com{Enter}');
    await user.type(editor.getByLabelText('Send at'), '2020-01-01T10:00');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(await editor.findByText('Not this address.')).toBeInTheDocument();
    expect(editor.getByText('Choose a time within the next year.')).toBeInTheDocument();
    expect(editor.getByText('Look at the fields above.')).toBeInTheDocument();
    expect(editor.getByText('dana@example.com')).toBeInTheDocument();
  });

  it('takes documents of the library along', async () => {
    const { done } = answeringActions([]);
    server.use(
      http.get('*/api/v1/documents', () =>
        HttpResponse.json({ items: [{ id: 'd1', title: 'Plan' }], next_cursor: null }),
      ),
    );
    const { user, editor } = await write('New mail');
    await user.type(editor.getByLabelText('To'), 'dana@example.com{Enter}');
    await user.click(editor.getByRole('button', { name: 'Attach a document' }));
    await user.type(editor.getByRole('searchbox'), 'pl{Enter}');
    await user.click(await editor.findByRole('button', { name: 'Plan' }));
    await user.click(editor.getByRole('button', { name: 'Done' }));
    expect(editor.getByRole('button', { name: 'Remove Plan' })).toBeInTheDocument();
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    await waitFor(() => expect(sent(done).payload?.attachments).toEqual([{ document_id: 'd1' }]));
  });

  it('is an event', async () => {
    const { done } = answeringActions([]);
    const { user, editor } = await write('New event');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(editor.getByText('Give it a title.')).toBeInTheDocument();
    await user.type(editor.getByLabelText('Title'), 'Review');
    await user.type(editor.getByLabelText('Guests'), 'dana@example.com{Enter}');
    await user.type(editor.getByLabelText('Optional guests'), 'ben@example.com{Enter}');
    await user.clear(editor.getByLabelText('Start'));
    await user.type(editor.getByLabelText('Start'), '2026-12-03T10:00');
    await user.clear(editor.getByLabelText('End'));
    await user.type(editor.getByLabelText('End'), '2026-12-03T11:00');
    await user.selectOptions(editor.getByLabelText('Time zone of the start'), 'Europe/Berlin');
    await user.click(editor.getByLabelText('Add a link to a video call'));
    await user.selectOptions(editor.getByLabelText('Mails to guests'), 'Nobody gets a mail');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    await waitFor(() => expect(done).toHaveLength(1));
    expect(sent(done)).toEqual({
      kind: 'calendar',
      via: 'c1',
      schedule_at: null,
      payload: {
        title: 'Review',
        start: { local: '2026-12-03T10:00', zone: 'Europe/Berlin' },
        end: { local: '2026-12-03T11:00', zone: 'Europe/Berlin' },
        all_day: false,
        attendees: [
          { address: 'dana@example.com', optional: false },
          { address: 'ben@example.com', optional: true },
        ],
        location: '',
        description: '',
        conference: true,
        send_updates: 'none',
      },
    });
  });

  it('is a message', async () => {
    const { done } = answeringActions([]);
    const { user, editor } = await write('New message');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    expect(editor.getByText('Choose where it goes.')).toBeInTheDocument();
    await user.type(editor.getByLabelText('Channel or person'), 'C0123456789');
    await user.type(editor.getByLabelText('Text'), 'We launch.');
    await user.click(editor.getByRole('button', { name: 'Continue to approval' }));
    await waitFor(() => expect(done).toHaveLength(1));
    expect(sent(done)).toEqual({
      kind: 'slack',
      via: 'c2',
      schedule_at: null,
      payload: { channel: 'C0123456789', text: 'We launch.' },
    });
  });

  it('needs an account, and says where to connect one', async () => {
    answeringActions([], []);
    const { user } = open();
    await user.click((await screen.findAllByRole('button', { name: 'New mail' }))[0] as HTMLElement);
    const told = within(await screen.findByRole('dialog'));
    expect(await told.findByRole('link', { name: 'Connect an account' })).toHaveAttribute(
      'href',
      '/connections#acting',
    );
  });
});
