import { onlineManager } from '@tanstack/react-query';
import { configure, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatProvider } from '@/contexts/ChatContext';
import { signedIn } from '@/services/session';
import type { Citation, Conversation, Message } from '@/services/types';
import { openAt } from '@/test/openAt';
import { openPage } from '@/test/openPage';
import { problem, server, signIn } from '@/test/server';
import Chat from './Chat';

const ALL = 120;

// What is lazy on the page is loaded by the first test.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });
const citation = (document: string): Citation => ({
  index: 1,
  document_id: document,
  version: 1,
  start: 4,
  end: 9,
  quote: 'words',
  title: `Title of ${document}`,
  source: 'files',
  support: 'matched',
  answer_start: 0,
  answer_end: 6,
  closed: false,
});
const message = (number: number, change: Partial<Message> = {}): Message => ({
  id: `m${number}`,
  conversation_id: 'c1',
  // Few answers, since each brings its buttons and the roles of all are looked through.
  role: number >= 117 && number % 2 ? 'assistant' : 'user',
  content: `message ${number}.`,
  citations: [],
  passages: [],
  disagreements: [],
  mode: 'extractive',
  abstained: false,
  status: 'completed',
  created_at: new Date(2026, 0, 1, 0, number).toISOString(),
  ...change,
});
const conversation: Conversation = {
  id: 'c1',
  title: 'Long talk',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};

let messages: Message[];
let title: string;
let tell: (event: object) => void;
let asked: string[];

beforeEach(() => {
  messages = Array.from({ length: ALL }, (_, number) => message(number));
  title = 'Long talk';
  asked = [];
  let position = 0;
  const page = (end: number) => {
    const start = Math.max(0, end - 50);
    return { items: messages.slice(start, end), next_cursor: start > 0 ? String(start) : null };
  };
  server.use(
    http.get('*/api/v1/conversations/events', () => {
      const stream = new ReadableStream({
        start(controller) {
          // A body without its first bytes is not handed over here.
          controller.enqueue(new TextEncoder().encode(': open\n\n'));
          tell = (event) => {
            position += 1;
            const frame = `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
            controller.enqueue(new TextEncoder().encode(frame));
          };
        },
      });
      return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
    }),
    http.get('*/api/v1/conversations/c1', () => {
      if (title === '') return problem(404, 'not_found');
      const { items, next_cursor } = page(messages.length);
      return HttpResponse.json({ ...conversation, title, messages: items, next_cursor });
    }),
    http.get('*/api/v1/conversations/c1/messages', ({ request }) => {
      const cursor = new URL(request.url).searchParams.get('cursor') ?? '';
      asked.push(cursor);
      return HttpResponse.json(page(Number(cursor)));
    }),
    http.get('*/api/v1/conversations', () => HttpResponse.json({ items: [conversation], next_cursor: null })),
    http.get('*/api/v1/chat/config', () =>
      HttpResponse.json({ mode: 'extractive', model: null, demo_available: false, max_question_chars: 8000 }),
    ),
    http.get('*/api/v1/documents/:id', () => problem(404, 'not_found')),
    http.get('*/api/v1/documents/:id/text', () => problem(404, 'not_found')),
  );
});
afterEach(() => vi.restoreAllMocks());

const open = async (search = '') => {
  const opened = openPage(
    <ChatProvider>
      <Chat />
    </ChatProvider>,
    '/c/:conversationId',
    `/c/c1${search}`,
  );
  await screen.findByText('message 118.');
  return opened;
};
const shownNumbers = () =>
  screen.getAllByText(/^message \d+\.$/).map((element) => Number(/\d+/.exec(element.textContent ?? '')?.[0]));

describe('a conversation of 120 messages', () => {
  it('is reached to its first message by keyboard, in order and with nothing twice', async () => {
    const { user } = await open();
    expect(shownNumbers()).toEqual(Array.from({ length: 50 }, (_, at) => 70 + at));
    for (const first of [20, 0]) {
      screen.getByRole('button', { name: 'Earlier messages' }).focus();
      await user.keyboard('{Enter}');
      await screen.findByText(`message ${first}.`);
    }
    expect(shownNumbers()).toEqual(Array.from({ length: ALL }, (_, at) => at));
    expect(screen.queryByRole('button', { name: 'Earlier messages' })).toBeNull();
    expect(asked).toEqual(['70', '20']);
  });

  it('keeps what is read where it is when older messages are put in front of it', async () => {
    // jsdom lays nothing out: each message is 100 pixels high here, minus what the box has scrolled.
    const box = () => screen.getByRole('log');
    vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
      const all = [...document.querySelectorAll('[data-message]')];
      return { top: all.indexOf(this) * 100 - box().scrollTop } as DOMRect;
    });
    const { user } = await open();
    box().scrollTop = 30;
    await user.click(screen.getByRole('button', { name: 'Earlier messages' }));
    await screen.findByText('message 20.');
    expect(box().scrollTop).toBe(30 + 50 * 100);
  });

  it('keeps older messages when newer ones come, and says so when older ones cannot be had', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Earlier messages' }));
    await screen.findByText('message 20.');
    messages.push(message(120), message(121));
    tell({
      type: 'conversation.changed',
      conversation: { ...conversation, updated_at: '2026-02-01T00:00:00Z' },
    });
    await screen.findByText('message 121.');
    expect(shownNumbers()).toEqual(Array.from({ length: 102 }, (_, at) => 20 + at));
    server.use(http.get('*/api/v1/conversations/c1/messages', () => problem(500, 'internal_error')));
    await user.click(screen.getByRole('button', { name: 'Earlier messages' }));
    expect(await screen.findByRole('alert')).toBeVisible();
  });
});

describe('what another tab does', () => {
  it('is seen: a new name, a new message, and the end of the conversation', async () => {
    await open();
    title = 'Another name';
    tell({ type: 'conversation.changed', conversation: { ...conversation, title } });
    expect(await screen.findByRole('heading', { name: 'Another name' })).toBeInTheDocument();
    title = '';
    tell({ type: 'conversation.deleted', conversation_id: 'c1' });
    await waitFor(() => expect(screen.queryByText('message 119.')).toBeNull());
  });
});

describe('an answer from half a search', () => {
  it('says so, now and later', async () => {
    let send: (event: object) => void = () => undefined;
    let position = 0;
    server.use(
      http.post('*/api/v1/conversations/c1/messages', () => {
        const stream = new ReadableStream({
          start(controller) {
            send = (event) => {
              position += 1;
              const frame = `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
              controller.enqueue(new TextEncoder().encode(frame));
            };
            send({
              type: 'message.started',
              message_id: 'm200',
              conversation_id: 'c1',
              user_message_id: 'm199',
              mode: 'extractive',
            });
          },
        });
        return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    const { user, view } = await open();
    await user.type(screen.getByRole('textbox', { name: 'Your question' }), 'Why?{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    send({ type: 'retrieval.completed', query: 'Why?', hits: [], degraded: ['semantic'] });
    send({ type: 'token', text: 'Because.' });
    const note = () => screen.findByText(/^Part of the search did not answer \(by meaning\)/);
    expect(await note()).toHaveTextContent(/may be incomplete/);
    const answer = message(200, { role: 'assistant', abstained: true, degraded: ['semantic'] });
    messages.push(message(199, { role: 'user', content: 'Why?' }), answer);
    send({ type: 'message.completed', message: answer });
    expect(await screen.findByText(/it may be in your library all the same/)).toBeVisible();
    expect(screen.queryByText('Not in your library')).toBeNull();
    view.unmount();
    await open();
    expect(await note()).toHaveTextContent(/it may be in your library all the same/);
  });
});

describe('a question', () => {
  const WHY = 'Why is the sky blue?';
  const SERVER = {
    loses: () => server.use(http.get('*/api/v1/conversations/c1', () => HttpResponse.error())),
    returns: () =>
      tell({ type: 'conversation.changed', conversation: { ...conversation, updated_at: LATER } }),
  };
  const BROWSER = {
    loses: () => onlineManager.setOnline(false),
    returns: () => onlineManager.setOnline(true),
  };
  const LATER = '2026-02-01T00:00:00Z';

  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
    onlineManager.setOnline(true);
  });

  /** Asks; the connection breaks when the answer has begun, and cannot be made again. */
  async function askInVain({ loses }: { loses: () => void }) {
    server.use(
      http.post('*/api/v1/conversations/c1/messages', () => {
        const started = { type: 'message.started', message_id: 'm200', conversation_id: 'c1' };
        const event = { ...started, user_message_id: 'm199', mode: 'extractive' };
        loses();
        return new HttpResponse(`id: 1\ndata: ${JSON.stringify(event)}\n\n`, {
          headers: { 'Content-Type': 'text/event-stream' },
        });
      }),
      http.get('*/api/v1/messages/m200/events', () => HttpResponse.error()),
    );
    const { user } = openPage(
      <ChatProvider>
        <Chat />
      </ChatProvider>,
      '/c/:conversationId',
      '/c/c1',
    );
    await screen.findByText(messages.at(-1)?.content ?? /Enter to send/);
    await user.type(screen.getByRole('textbox', { name: 'Your question' }), `${WHY}{Enter}`);
    await screen.findByText('Connection lost. Reconnecting…');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await screen.findByRole('alert')).toHaveTextContent('This answer failed.');
    // Nor does it go later, when reading the conversation has been given up too.
    await vi.advanceTimersByTimeAsync(60_000);
    return user;
  }
  const reason = () => screen.queryByText(/The server cannot be reached/);

  it.each([
    ['the server is away', SERVER, ALL],
    ['the server is away, and it was the first', SERVER, 0],
    ['the browser is offline', BROWSER, ALL],
  ])('stays with the reason when the connection is lost for good: %s', async (_, connection, before) => {
    messages = messages.slice(0, before);
    await askInVain(connection);
    expect(screen.getByText(WHY)).toBeVisible();
    expect(reason()).toBeVisible();
    expect(screen.getByRole('button', { name: 'Send' })).toBeVisible();
    messages.push(message(199, { role: 'user', content: WHY }));
    messages.push(message(200, { role: 'assistant', content: 'It scatters.' }));
    server.use(
      http.get('*/api/v1/conversations/c1', () =>
        HttpResponse.json({ ...conversation, updated_at: LATER, messages: messages.slice(-50) }),
      ),
    );
    connection.returns();
    expect(await screen.findByText('It scatters.')).toBeVisible();
    expect(screen.getAllByText(WHY)).toHaveLength(1);
    expect(reason()).toBeNull();
  });

  it('stays too when another cannot even be asked, which comes back into the field', async () => {
    const user = await askInVain(SERVER);
    server.use(http.post('*/api/v1/conversations/c1/messages', () => HttpResponse.error()));
    const field = screen.getByRole('textbox', { name: 'Your question' });
    await user.type(field, 'And the sea?{Enter}');
    await waitFor(() => expect(field).toHaveValue('And the sea?'));
    expect(screen.getByText(WHY)).toBeVisible();
    expect(reason()).toBeVisible();
  });
});

describe('deleting the open conversation', () => {
  /** The whole application with the conversation, in which the question to delete it is answered with yes. */
  async function deleteIt() {
    signedIn(signIn());
    server.use(
      http.get('*/api/v1/conversations', () =>
        HttpResponse.json({ items: title === '' ? [] : [conversation], next_cursor: null }),
      ),
      http.get('*/api/v1/documents/stats', () => HttpResponse.json({ total: 1, by_status: { indexed: 1 } })),
      http.get('*/api/v1/documents', () => HttpResponse.json({ items: [], next_cursor: null })),
      http.get('*/api/v1/demo', () => HttpResponse.json({ suggestions: [] })),
    );
    const { user } = await openAt('/c/c1');
    await screen.findByText('message 118.');
    await user.click(await screen.findByRole('button', { name: 'Actions for “Long talk”' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
  }
  const entry = () => screen.queryByRole('link', { name: 'Long talk', hidden: true });

  it('leads to the start page and says so, although the event comes first', async () => {
    const notFound: string[] = [];
    server.use(
      http.delete('*/api/v1/conversations/c1', async () => {
        title = '';
        tell({ type: 'conversation.deleted', conversation_id: 'c1' });
        await vi.waitFor(() => expect(entry()).toBeNull(), { timeout: 10_000 });
        return new HttpResponse(null, { status: 204 });
      }),
      http.get('*/api/v1/conversations/c1', () => {
        if (title !== '') return;
        notFound.push('c1');
        return problem(404, 'not_found');
      }),
    );
    await deleteIt();
    expect(await screen.findByText('Conversation deleted')).toBeVisible();
    expect(await screen.findByRole('heading', { name: 'What would you like to know?' })).toBeVisible();
    expect(screen.getByTestId('address')).toHaveTextContent(/^\/$/);
    expect(notFound).toEqual([]);
  });

  it('says why it was not, and shows what there is, when the answer is a failure', async () => {
    server.use(
      http.delete('*/api/v1/conversations/c1', async () => {
        tell({ type: 'conversation.deleted', conversation_id: 'c1' });
        await vi.waitFor(() => expect(entry()).toBeNull(), { timeout: 10_000 });
        return problem(409, 'answer_in_progress');
      }),
    );
    await deleteIt();
    expect(await screen.findByText('detail of answer_in_progress')).toBeVisible();
    expect(await screen.findByRole('link', { name: 'Long talk' })).toBeVisible();
    expect(screen.getByText('message 119.')).toBeVisible();
  });
});

describe('the panel beside the conversation', () => {
  beforeEach(() => {
    messages[119] = message(119, { citations: [citation('d1')] });
    messages[117] = message(117, { citations: [citation('d0')] });
  });
  const panel = (name: string) => screen.findByRole('region', { name });

  it('goes back by Escape to the list that the document was opened from, then to the conversation', async () => {
    const { user } = await open('?sources=m119');
    const card = within(await panel('Sources')).getByRole('link', { name: /Title of d1/ });
    await user.click(card);
    const passage = await panel('Highlighted passage');
    await waitFor(() => expect(passage).toHaveFocus());
    await user.keyboard('{Escape}');
    const list = await panel('Sources');
    await waitFor(() => expect(within(list).getByRole('link', { name: /Title of d1/ })).toHaveFocus());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Sources' })).toBeNull());
  });

  it('goes back by Escape to the chip that the document was opened from', async () => {
    const { user } = await open();
    const chips = screen.getAllByRole('link', { name: 'Source 1: Title of d1' });
    await user.click(chips[0] as HTMLElement);
    const passage = await panel('Highlighted passage');
    await waitFor(() => expect(passage).toHaveFocus());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Highlighted passage' })).toBeNull());
    expect(screen.getAllByRole('link', { name: 'Source 1: Title of d1' })[0]).toHaveFocus();
  });

  it('follows the answer that is written anew', async () => {
    let send: (event: object) => void = () => undefined;
    let position = 0;
    server.use(
      http.post('*/api/v1/messages/m119/regenerate', () => {
        const stream = new ReadableStream({
          start(controller) {
            send = (event) => {
              position += 1;
              const frame = `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
              controller.enqueue(new TextEncoder().encode(frame));
            };
          },
        });
        return new HttpResponse(stream, { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    const { user } = await open('?sources=m119');
    expect(within(await panel('Sources')).getByText('Title of d1')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Answer again' }));
    await waitFor(() => expect(send).not.toBe(undefined));
    send({
      type: 'message.started',
      message_id: 'm200',
      conversation_id: 'c1',
      user_message_id: 'm118',
      mode: 'extractive',
    });
    const passage = { ...citation('d7'), text: 'words', kind: 'text', score: 1 };
    send({ type: 'retrieval.completed', query: 'q', hits: [passage] });
    await waitFor(() => expect(screen.getByTestId('address')).toHaveTextContent('?sources=m200'));
    expect(await screen.findByText('Title of d7')).toBeVisible();
    const answer = message(200, { role: 'assistant', content: 'Anew.', citations: [citation('d8')] });
    messages[119] = answer;
    send({ type: 'message.completed', message: answer });
    expect(await within(await panel('Sources')).findByText('Title of d8')).toBeVisible();
    expect(screen.queryByText('Title of d1')).toBeNull();
  });

  it('follows an answer that is there before anything of it was drawn', async () => {
    const answer = message(200, { role: 'assistant', content: 'Anew.', citations: [citation('d8')] });
    const events = [
      {
        type: 'message.started',
        message_id: 'm200',
        conversation_id: 'c1',
        user_message_id: 'm118',
        mode: 'extractive',
      },
      { type: 'message.completed', message: answer },
    ];
    server.use(
      http.post('*/api/v1/messages/m119/regenerate', () => {
        messages[119] = answer;
        const frames = events.map((event, n) => `id: ${n + 1}\ndata: ${JSON.stringify(event)}\n\n`);
        return new HttpResponse(frames.join(''), { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    const { user } = await open('?sources=m119');
    await user.click(screen.getByRole('button', { name: 'Answer again' }));
    expect(await within(await panel('Sources')).findByText('Title of d8')).toBeVisible();
    expect(screen.getByTestId('address')).toHaveTextContent('?sources=m200');
  });

  it('lists a source that is no longer open without link and quote', async () => {
    messages[119] = message(119, { citations: [{ ...citation('d1'), title: '', quote: '', closed: true }] });
    await open('?sources=m119');
    const list = within(await panel('Sources'));
    expect(list.getByText('Its source is no longer open to you')).toBeVisible();
    expect(list.queryByRole('link')).toBeNull();
  });

  it('says that the sources of an answer are not at hand, instead of being blank', async () => {
    await open('?sources=m1');
    expect(within(await panel('Sources')).getByText(/not here/)).toBeVisible();
  });
});
