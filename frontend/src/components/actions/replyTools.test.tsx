import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import type { LibraryDocument } from '@/services/types';
import { openPage } from '@/test/openPage';
import { server } from '@/test/server';
import { replyTools } from './replyTools';

const LONG = { timeout: 10_000 };
const document = (given: Partial<LibraryDocument>) =>
  ({ id: 'd1', kind: 'text', source: 'upload', url: null, ...given }) as LibraryDocument;

function shown(given: Partial<LibraryDocument>) {
  const way = { via: 'c1', kind: 'slack', label: 'Slack', address: null };
  server.use(http.get('*/api/v1/actions/ways', () => HttpResponse.json({ items: [way] })));
  openPage(<main>{replyTools(document(given))}</main>, '/documents/d1', '/documents/d1');
}

it('a message of Slack is answered in its thread', async () => {
  shown({
    source: 'slack',
    kind: 'message',
    url: 'https://example.slack.com/archives/C024BE91L/p1700000000000100',
  });
  expect(await screen.findByRole('button', { name: 'Reply in thread' }, LONG)).toBeVisible();
}, 15_000);

it('a mail is answered to its sender or to all', async () => {
  shown({ kind: 'email' });
  expect(await screen.findByRole('button', { name: 'Reply to all' }, LONG)).toBeVisible();
}, 15_000);

it('nothing else is answered', () => {
  expect(replyTools(document({}))).toBeNull();
});
