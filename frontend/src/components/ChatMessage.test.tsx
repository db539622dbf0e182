import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { Citation, Message } from '@/services/types';
import { AssistantMessage } from './ChatMessage';

const citation: Citation = {
  index: 1,
  document_id: 'd1',
  version: 3,
  start: 40,
  end: 52,
  quote: 'kept 35 days',
  title: 'Retention policy',
  source: 'files',
  closed: false,
  support: 'matched',
  answer_start: 0,
  answer_end: 22,
};
const answer = (change: Partial<Message>): Message => ({
  id: 'm1',
  conversation_id: 'c1',
  role: 'assistant',
  content: 'Backups are kept 35 d. More.',
  citations: [citation],
  mode: 'extractive',
  abstained: false,
  status: 'completed',
  created_at: '2026-03-04T00:00:00Z',
  ...change,
});

function show(
  message: Message,
  onRegenerate: (lookUp?: 'passages') => void = () => undefined,
  given: { onAsk?: (question: string) => void; last?: boolean; live?: boolean } = {},
) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter initialEntries={['/c/c1']}>
        <div id="content">
          <AssistantMessage message={message} panel={null} last onRegenerate={onRegenerate} {...given} />
        </div>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

describe('what is said as the assistant', () => {
  const listed = (change: Partial<Message> = {}) =>
    answer({
      citations: [],
      content: 'You have 1 document.\n\n- [Rota](/documents/0123456789abcdef01234567)',
      intent: 'documents',
      outcome: 'catalogue',
      ...change,
    });

  it('is no quote, leads to its documents, and can be looked up instead', async () => {
    const user = userEvent.setup();
    const asked: unknown[] = [];
    show(listed(), (lookUp) => asked.push(lookUp));
    const link = await screen.findByRole('link', { name: 'Rota' }, { timeout: 5000 });
    expect(link).toHaveAttribute('href', '/documents/0123456789abcdef01234567');
    expect(screen.queryByText('Quoting')).toBeNull();
    expect(screen.getByText('Looked up as: list of documents')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Look it up in the documents' }));
    expect(asked).toEqual(['passages']);
  });

  it('is told apart from an answer, which is a quote', () => {
    show(answer({ intent: 'passages', outcome: 'answer' }));
    expect(screen.getByText('Quoting')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Look it up in the documents' })).toBeNull();
  });
});

describe('an answer without a model that has words of its own', () => {
  it('sets the line above each of two quotes as one, and the quotes with their sources', async () => {
    const content = '**When?**\n\nOn 3 May.\n\nTo “Who?”: nothing in your documents answers this.';
    show(
      answer({
        content,
        outcome: 'partial',
        intent: 'passages',
        citations: [{ ...citation, quote: 'On 3 May.', answer_start: 11, answer_end: 20 }],
      }),
    );
    expect(await screen.findByText('When?', {}, { timeout: 5000 })).toHaveProperty('tagName', 'STRONG');
    expect(screen.getByText('Quoting')).toBeVisible();
  });

  it('asks back with a list', async () => {
    const content = 'Which Dana do you mean?\n\n- Dana Kim\n- Dana Roth';
    show(answer({ content, outcome: 'ask_back', intent: 'passages', citations: [] }));
    expect(await screen.findAllByRole('listitem', {}, { timeout: 5000 })).toHaveLength(2);
    expect(screen.queryByText('Quoting')).toBeNull();
  });
});

describe('what a model wrote without a source, or otherwise than it', () => {
  it('is marked behind its sentence and counted once', async () => {
    const unsupported = [{ start: 23, end: 28 }];
    show(answer({ mode: 'model', unsupported }));
    const mark = await screen.findByRole('button', { name: 'No passage says this sentence.' });
    expect(mark).toHaveTextContent('no source');
    expect(screen.getByText('1 of 2 sentences has no source')).toBeVisible();
  });

  it('is not spoken of where every sentence has one', () => {
    show(answer({ mode: 'model' }));
    expect(screen.queryByText(/no source/)).toBeNull();
  });

  it('warns at the citation that says otherwise', async () => {
    show(
      answer({ mode: 'model', citations: [{ ...citation, support: 'contradicted', flags: ['35 ≠ 30'] }] }),
    );
    const chip = await screen.findByRole('link', {
      name: 'Source 1: Retention policy. The passage says otherwise than the sentence.',
    });
    expect(chip).toHaveClass('text-danger');
    expect(screen.getByText('35', { selector: 'mark' })).toBeVisible();
  });
});

describe('links and pictures of an answer', () => {
  const written = (content: string) => show(answer({ mode: 'model', citations: [], content }));
  const PLAIN = [
    '[x](javascript:alert(1))',
    '[x](JAVASCRIPT:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](/api/v1/auth/logout)',
    '[x](//evil.example/x)',
    '[x](mailto:dana@example.com?bcc=eve@evil.example)',
    '<a href="https://evil.example" onclick="alert(1)">x</a>',
  ];

  it.each(PLAIN)('stay words where they are no address of the web: %s', async (content) => {
    written(`Before. ${content} After.`);
    expect(await screen.findByText(/After\./, {}, { timeout: 5000 })).toBeInTheDocument();
    expect(document.querySelector('.prose a, .prose button')).toBeNull();
  });

  it('lead nowhere before a click has shown the whole address', async () => {
    const user = userEvent.setup();
    written('See [https://google.com](https://google.com@аpple.com/login?next=%2F#top).');
    const link = await screen.findByRole('button', { name: 'https://google.com' }, { timeout: 5000 });
    expect(document.querySelector('.prose a')).toBeNull();
    await user.click(link);
    const dialog = within(await screen.findByRole('dialog', { name: 'Open this link?' }));
    expect(dialog.getByTestId('address-in-full')).toHaveTextContent(
      'https://google.com@xn--pple-43d.com/login?next=%2F#top',
    );
    expect(dialog.getByText(/It is written аpple.com/)).toBeInTheDocument();
    expect(dialog.getByText(/What stands before the @ is a user name/)).toBeInTheDocument();
    expect(dialog.getByRole('link', { name: 'Open' })).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('are no pictures: these would tell others who reads here', async () => {
    written(
      'Look: ![a chart](https://evil.example/beacon.png?who=ada) <img src="https://evil.example/b.png">',
    );
    expect(await screen.findByText('a chart', {}, { timeout: 5000 })).toBeInTheDocument();
    expect(document.querySelector('img, picture, video, iframe')).toBeNull();
  });
});

describe('AssistantMessage', () => {
  it('leads from the chip to the exact passage of the cited version', () => {
    show(answer({}));
    const chip = screen.getByRole('link', { name: 'Source 1: Retention policy' });
    const params = new URLSearchParams(chip.getAttribute('href')?.split('?')[1]);
    expect(Object.fromEntries(params)).toMatchObject({ doc: 'd1', version: '3', start: '40', end: '52' });
  });

  it.each(['extractive', 'model'] as const)(
    'says of a source that is no longer open only that, without link and quote (%s)',
    async (mode) => {
      const closed = { ...citation, title: '', quote: '', closed: true };
      const other = { ...citation, index: 2, document_id: 'd2', answer_start: 23, answer_end: 28 };
      show(answer({ mode, citations: [closed, other] }));
      const chip = await screen.findByRole(
        'button',
        { name: 'Source 1: Its source is no longer open to you' },
        { timeout: 5000 },
      );
      const listed = within(screen.getByRole('list', { name: 'Sources' })).getAllByRole('listitem');
      expect(listed.map((item) => item.textContent)).toEqual([
        '1Its source is no longer open to you',
        '2Retention policy',
      ]);
      expect(screen.getAllByRole('link')).toHaveLength(2);
      for (const link of screen.getAllByRole('link'))
        expect(link).toHaveAttribute('href', expect.stringMatching('d2'));
      await userEvent.hover(chip);
      expect(await screen.findByRole('tooltip')).toHaveTextContent('Its source is no longer open to you');
      expect(document.querySelector('mark')).toBeNull();
    },
  );

  it('says that it is quoting when no model wrote the answer', () => {
    show(answer({}));
    expect(screen.getByText('Quoting')).toBeVisible();
  });

  it('draws what a model wrote, with the chip behind its sentence, and no foreign picture or script', async () => {
    show(
      answer({
        mode: 'model',
        content: '**Backups** are kept 35. ![x](https://evil.example/x.png) <script>alert(1)</script>',
        citations: [{ ...citation, answer_end: 24 }],
      }),
    );
    expect(await screen.findByText('Backups', { selector: 'strong' }, { timeout: 5000 })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Source 1: Retention policy' })).toBeVisible();
    expect(document.querySelector('img, script')).toBeNull();
    expect(screen.queryByText('Quoting')).toBeNull();
  });

  it('says that the library has no answer, and shows what comes nearest', () => {
    const passage = { ...citation, text: 'Something near', kind: 'text', score: 1 };
    show(answer({ abstained: true, citations: [], passages: [passage] }));
    expect(screen.getByText('Not in your library')).toBeVisible();
    expect(screen.getByRole('link', { name: /Something near/ })).toBeVisible();
  });

  it('says what half of the search was missing, and then not that the library has no answer', () => {
    const passage = { ...citation, text: 'Something near', kind: 'text', score: 1 };
    show(answer({ degraded: ['lexical'] }));
    expect(screen.getByRole('status')).toHaveTextContent(
      'Part of the search did not answer (by words); this answer may be incomplete.',
    );
    cleanup();
    show(answer({ abstained: true, degraded: ['semantic'], citations: [], passages: [passage] }));
    expect(screen.getByText('Not found')).toBeVisible();
    expect(screen.queryByText(/Nothing you have answers this|Not in your library/)).toBeNull();
    expect(screen.getByRole('link', { name: /Something near/ })).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('it may be in your library all the same');
  });

  it('begins each card of a refusal at the closest sentence, marked, and opens it there', () => {
    const text = 'Something before. The nearest sentence. And what follows.';
    const closest = { start: 58, end: 79, text: 'The nearest sentence.' };
    const passage = { ...citation, start: 40, end: 97, text, kind: 'text', score: 1, closest };
    show(answer({ abstained: true, citations: [], passages: [passage] }));
    expect(screen.getByText('The nearest sentence.', { selector: 'mark' })).toBeVisible();
    const card = screen.getByRole('link', { name: /The nearest sentence\.\s*And what follows\./ });
    expect(card).not.toHaveTextContent('Something before');
    expect(card).toHaveAttribute('href', expect.stringContaining('start=58&end=79'));
    expect(screen.queryByText(/Matched|Weak match/)).toBeNull();
  });

  it('says how far a refusal reaches, and then not that the library has no answer', async () => {
    const slack = { id: 's1', name: 'Slack: Acme', type: 'slack' };
    const late = [
      { connection: slack, last_read_at: '2026-03-03T21:00:00Z' },
      { connection: { ...slack, id: 's2', name: 'Mail' }, last_read_at: null },
    ];
    const coverage = { indexed: 4, reading: 12, failed: 3, late };
    show(answer({ abstained: true, citations: [], coverage, refusal: { reason: 'still_reading' } }));
    expect(screen.getByText('Not in what has been read so far')).toBeVisible();
    expect(screen.queryByText('Not in your library')).toBeNull();
    expect(await screen.findByText(/12 documents are still being read/)).toHaveTextContent(
      '12 documents are still being read. 3 documents could not be read. See them in the library',
    );
    expect(screen.getByText('Slack: Acme was last read 3 hours ago.')).toBeVisible();
    expect(screen.getByText('Mail was not read to its end yet.')).toBeVisible();
  });

  it.each([
    ['Set BIBLIOS_EMBEDDING_MODEL=multilingual.', /Set BIBLIOS_EMBEDDING_MODEL=multilingual\./],
    [null, /ask whoever runs this server for a model of many languages/],
  ])('says which language could not be matched, and what helps (%s)', async (hint, helps) => {
    const refusal = { reason: 'language_not_supported', hint } as const;
    show(answer({ abstained: true, citations: [], refusal }));
    const said = await screen.findByText(/does not seem to be in English/);
    expect(said).toHaveTextContent(helps);
    if (hint === null) expect(said).not.toHaveTextContent('BIBLIOS_');
  });

  it('names what stands nowhere', async () => {
    show(answer({ abstained: true, citations: [], refusal: { reason: 'name_unknown', names: ['TK-3139'] } }));
    expect(await screen.findByText(/mentions TK-3139/)).toBeVisible();
  });

  it('keeps a source with a long title and many numbers within its border', () => {
    const title = 'A very long title of a very long document '.repeat(6);
    const citations = Array.from({ length: 30 }, (_, number) => ({
      ...citation,
      title,
      index: number + 1,
      start: number,
      end: number + 1,
    }));
    show(answer({ citations }));
    const strip = within(screen.getByRole('list', { name: 'Sources' })).getByRole('link');
    // The one line is as high as its border, so each part of it is either cut short or of a bounded length.
    expect(strip).toHaveClass('overflow-hidden', 'min-w-0', 'h-8');
    const [numbers, name] = [...strip.children];
    expect(numbers).toHaveTextContent(citations.map(({ index }) => index).join(', '));
    expect(numbers).toHaveClass('truncate', 'max-w-[45%]');
    expect(name).toHaveClass('truncate');
    expect(strip.closest('li')).toHaveClass('min-w-0', 'max-w-full');
  });

  it('tells an administrator what the server hints at when an answer failed', () => {
    show(
      answer({
        content: '',
        citations: [],
        status: 'failed',
        error: {
          code: 'upstream_auth',
          message: 'The model refused the key.',
          hint: 'Set BIBLIOS_LLM_API_KEY.',
        },
      }),
    );
    expect(screen.getByRole('status')).toHaveTextContent(
      'The model refused the key. Set BIBLIOS_LLM_API_KEY.',
    );
  });

  it('says when it was interrupted', () => {
    show(answer({ status: 'interrupted' }));
    expect(screen.getByText(/interrupted before it was finished/)).toBeVisible();
  });

  it('shows a replaced source with both dates, and nothing about passages that are not cited', () => {
    const item = {
      kind: 'superseded' as const,
      older_document_id: 'd0',
      newer_document_id: 'd1',
      older_title: 'Policy 2',
      newer_title: 'Retention policy',
      older_date: '2025-01-02T12:00:00Z',
      newer_date: '2026-03-04T12:00:00Z',
      note: '',
    };
    show(
      answer({
        disagreements: [
          item,
          { ...item, older_document_id: 'x', newer_document_id: 'y', older_title: 'Else' },
        ],
      }),
    );
    const note = screen.getByText('Replaced.').closest('li');
    expect(note).not.toBeNull();
    expect(within(note as HTMLElement).getByRole('link', { name: /Policy 2.*2025/ })).toBeVisible();
    expect(screen.queryByText(/Else/)).toBeNull();
  });
});

describe('how an answer goes on', () => {
  const offering = answer({ suggestions: ['And in Spain?', 'What does “Rota” say?'] });

  it('offers what could be asked next, and asks what is pressed', async () => {
    const user = userEvent.setup();
    const asked: string[] = [];
    show(offering, undefined, { onAsk: (question) => asked.push(question) });
    const list = screen.getByRole('list', { name: 'Ask next' });
    expect(within(list).getAllByRole('button')).toHaveLength(2);
    within(list).getByRole('button', { name: 'And in Spain?' }).focus();
    await user.keyboard('{Enter}');
    expect(asked).toEqual(['And in Spain?']);
  });

  it('offers nothing beneath an earlier answer, nor where nobody can ask', () => {
    show(offering, undefined, { last: false, onAsk: () => undefined });
    show(offering);
    show(offering, undefined, { live: true, onAsk: () => undefined });
    expect(screen.queryByRole('list', { name: 'Ask next' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'And in Spain?' })).toBeNull();
  });

  it('shows what a greeting offers once, as buttons', async () => {
    const content = 'Hello!\n\nYou could ask:\n\n- What does “Rota” say?';
    const message = answer({
      citations: [],
      content,
      intent: 'greeting',
      outcome: 'reply',
      suggestions: ['What does “Rota” say?'],
    });
    show(message, undefined, { onAsk: () => undefined });
    expect(await screen.findByText('You could ask:')).toBeVisible();
    expect(screen.getAllByText('What does “Rota” say?')).toHaveLength(1);
    cleanup();
    show(message);
    expect(await screen.findByText('What does “Rota” say?')).toBeVisible();
    expect(screen.queryByRole('list', { name: 'Ask next' })).toBeNull();
  });

  it('lets one of several be chosen', async () => {
    const user = userEvent.setup();
    const asked: string[] = [];
    const content = 'Which Dana do you mean?\n\n- Dana Kim\n- Dana Roth';
    const choices = ['Dana Kim', 'Dana Roth'];
    show(answer({ citations: [], content, outcome: 'ask_back', choices }), undefined, {
      onAsk: (question) => asked.push(question),
    });
    await user.click(screen.getByRole('button', { name: 'Dana Roth' }));
    expect(asked).toEqual(['Dana Roth']);
  });

  it('unfolds the steps by keyboard', async () => {
    const user = userEvent.setup();
    show(
      answer({
        steps: [
          { text: 'Where was the director born?', found: [{ document_id: 'd1', title: 'The Long Pier' }] },
          { text: 'Ada Verne', found: [] },
        ],
      }),
    );
    const line = screen.getByText('Looked up in 2 steps');
    expect(screen.getByText('The Long Pier')).not.toBeVisible();
    await user.click(line);
    expect(screen.getByRole('link', { name: 'The Long Pier' })).toHaveAttribute('href', '/documents/d1');
    expect(screen.getByText(/“Ada Verne” found\s+nothing that answers/)).toBeVisible();
  });
});
