import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Action, Evidence } from '@/services/types';
import { action, answeringActions } from '@/test/actions';
import { openPage } from '@/test/openPage';
import PreparedActions from './PreparedActions';

const evidence = (changes: Partial<Evidence>): Evidence => ({
  field: 'text',
  start: 0,
  end: 0,
  support: 'document',
  state: 'open',
  document_id: 'd1',
  version: 2,
  title: 'Launch plan',
  quote: 'The launch is on Thursday.',
  location: { start: 7, end: 33, page: null },
  ...changes,
});

const TEXT = '🚀 Hello. We launch on Thursday. Bring hats.';

async function drawn(changes: Partial<Action>) {
  answeringActions([action({ payload: { ...action().payload, text: TEXT }, ...changes })]);
  openPage(<PreparedActions ids={['x1']} />, '/', '/');
  await screen.findByRole('region', { name: 'Mail: Launch' });
  return screen.queryByRole('list', { name: 'Where this is known from' });
}

describe('where an action is known from', () => {
  it('opens the source of a claim at its words, and counts letters as the server does', async () => {
    const list = await drawn({ evidence: [evidence({ start: 9, end: 31 })] });
    const row = within(list as HTMLElement).getByRole('listitem');
    expect(within(row).getByText('We launch on Thursday.')).toBeVisible();
    const link = within(row).getByRole('link', { name: 'Open Launch plan at these words' });
    expect(link).toHaveAttribute('href', '/documents/d1?version=2&start=7&end=33');
    expect(link).toHaveAttribute('title', 'The launch is on Thursday.');
  });

  it('says quietly that a claim has none', async () => {
    const none = { support: 'none', state: null, document_id: null, title: null, location: null } as const;
    const list = await drawn({ evidence: [evidence({ start: 32, end: 43, ...none })] });
    expect(within(list as HTMLElement).getByRole('listitem')).toHaveTextContent('Bring hats.no source');
    expect(within(list as HTMLElement).queryByRole('link')).toBeNull();
  });

  it('tells that there is a source which the reader may not open, and no more', async () => {
    const closed = { state: 'closed', document_id: null, version: null, title: null, quote: null } as const;
    const list = await drawn({ evidence: [evidence({ start: 9, end: 31, ...closed, location: null })] });
    expect(within(list as HTMLElement).getByText('A document that is not open to you')).toBeVisible();
    expect(within(list as HTMLElement).queryByRole('link')).toBeNull();
  });

  it('leads to a document that has changed, and not to words that it may not have', async () => {
    const changed = { state: 'changed', version: null, quote: null, location: null } as const;
    const list = await drawn({ evidence: [evidence({ start: 9, end: 31, ...changed })] });
    const link = within(list as HTMLElement).getByRole('link');
    expect(link).toHaveAttribute('href', '/documents/d1');
    expect(link).toHaveAccessibleName('Open Launch plan');
    expect(within(list as HTMLElement).getByText('has changed since')).toBeVisible();
  });

  it('says of whom it goes to from where that is known, to whoever looks', async () => {
    const list = await drawn({
      origins: { to: 'document', cc: 'directory', bcc: 'person', subject: 'assistant' },
      evidence: [evidence({ field: 'to' })],
    });
    const rows = within(list as HTMLElement).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual(['ToLaunch plan', 'CcDirectory', 'BccYou wrote it']);
  });

  it('names who wrote it to somebody else', async () => {
    const list = await drawn({ origins: { to: 'person' }, created_by: 'u9', created_by_name: 'Cleo' });
    expect(within(list as HTMLElement).getByText('Cleo wrote it')).toBeVisible();
  });

  it('is not there where nothing is known', async () => {
    expect(await drawn({})).toBeNull();
  });
});
