import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import { DocumentViewer } from './DocumentViewer';

const LONG = { timeout: 10_000 };

/** A document that is being read until a test says otherwise; its text as long as there is one. */
function answering(given: { status?: string; version?: number; text?: string | null; gone?: boolean }) {
  const state = { status: 'processing', version: 1, text: null, gone: false, asked: 0, ...given };
  server.use(
    http.get('*/api/v1/documents/d1', () =>
      state.gone
        ? problem(404, 'not_found')
        : HttpResponse.json({
            id: 'd1',
            title: 'Handbook',
            kind: 'text',
            source: 'upload',
            status: state.status,
            error: state.status === 'failed' ? { code: 'no_text', message: 'No text was found.' } : null,
            version: state.version,
            owner: { id: 'u1', name: 'Ada' },
            modified_at: '2026-01-02T03:04:05Z',
          }),
    ),
    http.get('*/api/v1/documents/d1/text', () => {
      state.asked += 1;
      return state.gone || state.text === null
        ? problem(404, state.gone ? 'not_found' : 'no_text')
        : HttpResponse.json({
            document_id: 'd1',
            version: state.version,
            text: state.text,
            sections: [],
            excerpt: false,
          });
    }),
  );
  return state;
}

const open = () =>
  openPage(
    <DocumentViewer documentId="d1" version={undefined} passage={null} layout="page" />,
    '/documents/d1',
    '/documents/d1',
  );
const pending = () => screen.findByText('This document is still being read', {}, LONG);

it('a document that is being read shows its text as soon as it is ready', async () => {
  const state = answering({});
  open();
  await pending();
  Object.assign(state, { status: 'indexed', text: 'Backups are kept for 35 days.' });
  expect(await screen.findByText('Backups are kept for 35 days.', {}, LONG)).toBeVisible();
}, 15_000);

it('a document that is being read is not called missing meanwhile, and is when it is deleted', async () => {
  const state = answering({});
  open();
  await pending();
  // The document is ready in one answer, and its text not yet in another.
  Object.assign(state, { status: 'indexed', asked: 0 });
  await waitFor(() => expect(state.asked).toBeGreaterThan(1), LONG);
  expect(await pending()).toBeVisible();
  state.gone = true;
  expect(await screen.findByText('This document is not here', {}, LONG)).toBeVisible();
}, 20_000);

it('a document that cannot be read says so as soon as that is known', async () => {
  const state = answering({});
  open();
  await pending();
  state.status = 'failed';
  expect(await screen.findByText('No text was found.', {}, LONG)).toBeVisible();
}, 15_000);

it('a new version of what is open takes its place as soon as it is read', async () => {
  const state = answering({ text: 'Backups are kept for 35 days.' });
  open();
  expect(await screen.findByText('Backups are kept for 35 days.', {}, LONG)).toBeVisible();
  Object.assign(state, { status: 'indexed', version: 2, text: 'Backups are kept for 90 days.' });
  expect(await screen.findByText('Backups are kept for 90 days.', {}, LONG)).toBeVisible();
}, 15_000);
