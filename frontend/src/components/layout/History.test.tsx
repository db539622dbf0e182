import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import { History } from './History';

const conversation = (id: string, title: string) => ({
  id,
  title,
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05Z',
});

it('keeps what is shown when older conversations cannot be had, says so, and asks again', async () => {
  let answers = false;
  server.use(
    http.get('*/api/v1/conversations', ({ request }) => {
      if (!new URL(request.url).searchParams.has('cursor')) {
        return HttpResponse.json({ items: [conversation('c2', 'Backups')], next_cursor: 'c2' });
      }
      return answers
        ? HttpResponse.json({ items: [conversation('c1', 'Invoices')], next_cursor: null })
        : problem(500, 'internal_error');
    }),
  );
  const { user } = openPage(<History />, '/', '/');
  const more = await screen.findByRole('button', { name: 'Show more' });
  await user.click(more);
  expect(await screen.findByText('Older conversations could not be loaded.')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Backups' })).toBeVisible();
  answers = true;
  await user.click(more);
  expect(await screen.findByRole('link', { name: 'Invoices' })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Backups' })).toBeVisible();
  expect(screen.queryByText('Older conversations could not be loaded.')).toBeNull();
});
