import { fireEvent, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WAYS } from '@/test/actions';
import { openPage } from '@/test/openPage';
import { server } from '@/test/server';
import { forgetDrafts } from '@/utils/drafts';
import { Composer } from './Composer';

const onSend = vi.fn(async () => undefined);
const onStop = vi.fn();
const onCommand = vi.fn();

function open(answering = false) {
  const given = openPage(
    <Composer
      draftKey="new"
      answering={answering}
      onSend={onSend}
      onStop={onStop}
      onCommand={onCommand}
      maxChars={8000}
    />,
    '/',
    '/',
  );
  return { ...given, field: screen.getByRole<HTMLTextAreaElement>('textbox') };
}

beforeEach(() => {
  for (const one of [onSend, onStop, onCommand]) one.mockClear();
  forgetDrafts();
  server.use(http.get('*/api/v1/actions/ways', () => HttpResponse.json({ items: WAYS })));
});

describe('a command in the composer', () => {
  it('is proposed when "/" is typed first, and chosen by keys', async () => {
    const { user, field } = open();
    await user.type(field, '/');
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
    expect(screen.getByRole('option', { selected: true })).toHaveTextContent('/mail');
    await user.keyboard('{ArrowDown}');
    const chosen = screen.getByRole('option', { selected: true });
    expect(chosen).toHaveTextContent('/event');
    expect(field).toHaveAttribute('aria-activedescendant', chosen.id);
    expect(field).toHaveFocus();
    await user.keyboard('{ArrowUp}{ArrowUp}{Enter}');
    expect(onCommand).toHaveBeenCalledWith('slack', '', expect.any(Function));
    expect(onSend).not.toHaveBeenCalled();
  });

  it('is completed by Tab and opened with what stands after it', async () => {
    const { user, field } = open();
    await user.type(field, '/m');
    await screen.findByRole('option');
    await user.keyboard('{Tab}');
    expect(field).toHaveValue('/mail ');
    expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
    await user.keyboard('Launch plan{Enter}');
    expect(onCommand).toHaveBeenCalledWith('email', 'Launch plan', expect.any(Function));
    // It stays until what it opened is done.
    expect(field).toHaveValue('/mail Launch plan');
    onCommand.mock.calls[0]?.[2]();
    await waitFor(() => expect(field).toHaveValue(''));
  });

  it('is chosen with the pointer', async () => {
    const { user, field } = open();
    await user.type(field, '/');
    await user.click(await screen.findByRole('option', { name: /event/ }));
    expect(onCommand).toHaveBeenCalledWith('calendar', '', expect.any(Function));
  });

  it('is no command once the list was closed by Escape, which stops no answer', async () => {
    const { user, field } = open(true);
    await user.type(field, '/');
    await screen.findAllByRole('option');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
    expect(onStop).not.toHaveBeenCalled();
    await user.keyboard('{Escape}');
    expect(onStop).toHaveBeenCalledOnce();
  });

  it.each(['/help me', 'What is /mail?', '/mailing lists'])('is not %j, which is asked', async (question) => {
    const { user, field } = open();
    await user.type(field, `${question}{Enter}`);
    expect(onSend).toHaveBeenCalledWith(question);
    expect(onCommand).not.toHaveBeenCalled();
  });

  it('is not offered without an account of its kind', async () => {
    server.use(http.get('*/api/v1/actions/ways', () => HttpResponse.json({ items: [] })));
    const { user, field } = open();
    await user.type(field, '/');
    expect(await screen.findByRole('option')).toHaveTextContent('/mail');
    expect(screen.getAllByRole('option')).toHaveLength(1);
  });

  it('is left alone while a word is being composed, and Shift+Enter breaks the line', async () => {
    const { user, field } = open();
    await user.type(field, '/mail Launch{Shift>}{Enter}{/Shift}Dear Dana');
    expect(field).toHaveValue('/mail Launch\nDear Dana');
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    expect(onCommand).not.toHaveBeenCalled();
  });
});
