import { screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { TABS } from '@/components/settings/tabs';
import { signedIn } from '@/services/session';
import { openPage } from '@/test/openPage';
import { account, problem, server, signIn } from '@/test/server';
import Settings from './Settings';

function answering({ mode = 'extractive', model = null as string | null, demo = true } = {}) {
  server.use(
    http.get('*/api/v1/chat/config', () =>
      HttpResponse.json({ mode, model, demo_available: demo, max_question_chars: 8000 }),
    ),
    http.get('*/api/v1/documents/stats', () =>
      HttpResponse.json({ total: 1204, by_status: { indexed: 1200, failed: 4 } }),
    ),
    http.get('*/readyz', () =>
      HttpResponse.json(
        {
          status: 'not_ready',
          dependencies: {
            database: { status: 'ok', latency_ms: 0.4, detail: null },
            vector_store: { status: 'down', latency_ms: 3000, detail: 'see the log' },
          },
        },
        { status: 503 },
      ),
    ),
    http.get('*/openapi.json', () => HttpResponse.json({ info: { version: '9.8.7' } })),
    http.get('*/api/v1/auth/me', () => HttpResponse.json(account())),
    http.get('*/api/v1/auth/providers', () => HttpResponse.json({ items: [] })),
    http.get('*/api/v1/auth/linked-accounts', () => HttpResponse.json({ items: [] })),
    http.get('*/api/v1/auth/sessions', () => HttpResponse.json({ items: [] })),
    http.get('*/api/v1/auth/api-keys', () => HttpResponse.json({ items: [] })),
  );
}

const open = (path: string) => openPage(<Settings />, '/settings/:tab?', path);
const heading = (name: string) => screen.findByRole('heading', { level: 2, name }, { timeout: 5000 });

describe('settings', () => {
  it('open at the first tab, and each tab has an address', async () => {
    answering();
    const { user } = open('/settings');
    await heading('Profile');
    expect(screen.getByTestId('address')).toHaveTextContent('/settings/profile');
    await user.click(screen.getByRole('link', { name: 'Answers' }));
    await heading('Answers');
    expect(screen.getByTestId('address')).toHaveTextContent('/settings/answers');
    expect(screen.getByRole('link', { name: 'Answers' })).toHaveAttribute('aria-current', 'page');
  });

  it('know no tab that is not there', async () => {
    open('/settings/nonsense');
    expect(await screen.findByRole('heading', { level: 2 })).toHaveTextContent(
      'There is nothing at this address',
    );
  });

  it.each(TABS.map((tab) => tab.id))('have no accessibility violations on the tab %s', async (id) => {
    answering();
    const { view } = open(`/settings/${id}`);
    await screen.findByRole('heading', { level: 2 }, { timeout: 5000 });
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it('say who is signed in', async () => {
    answering();
    open('/settings/profile');
    await heading('Profile');
    expect(await screen.findByText('ada@example.com')).toBeVisible();
    expect(screen.getByText('Administrator')).toBeVisible();
  });

  it('set the theme at once', async () => {
    answering();
    const { user } = open('/settings/appearance');
    await heading('Appearance');
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement).toHaveAttribute('data-theme', 'dark');
    await user.click(screen.getByRole('radio', { name: 'Light' }));
    expect(document.documentElement).toHaveAttribute('data-theme', 'light');
  });

  it('give the lines for a model, ready to be copied', async () => {
    answering();
    const { user } = open('/settings/answers');
    expect(await screen.findByText('Quoting', {}, { timeout: 5000 })).toBeVisible();
    await user.click(screen.getByRole('radio', { name: 'OpenAI' }));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    const copied = await navigator.clipboard.readText();
    expect(copied.split('\n').map((line) => line.split('=')[0])).toEqual([
      'BIBLIOS_LLM_BASE_URL',
      'BIBLIOS_LLM_API_KEY',
      'BIBLIOS_LLM_MODEL',
    ]);
    expect(await screen.findByText('Copied')).toBeInTheDocument();
  });

  it('tell members nothing of the file that only administrators can edit', async () => {
    answering();
    const { view } = open('/settings/answers');
    signedIn({ ...signIn(), user: { ...signIn().user, role: 'member' } });
    expect(await screen.findByText(/set up by the administrators/, {}, { timeout: 5000 })).toBeVisible();
    expect(view.container).not.toHaveTextContent(/BIBLIOS_|\.env/);
  });

  it('name the model that answers', async () => {
    answering({ mode: 'model', model: 'llama3.2' });
    open('/settings/answers');
    expect(await screen.findByText('llama3.2', {}, { timeout: 5000 })).toBeVisible();
  });

  it('count the library by status, each leading to those documents', async () => {
    answering();
    open('/settings/data');
    expect(await screen.findByText('1,204', {}, { timeout: 5000 })).toBeVisible();
    const failed = screen.getByRole('link', { name: /Failed/ });
    expect(failed).toHaveTextContent('4');
    expect(failed).toHaveAttribute('href', '/library?status=failed');
  });

  it('offer the demo library only where there is one', async () => {
    answering({ demo: false });
    open('/settings/data');
    await screen.findByText('1,204', {}, { timeout: 5000 });
    expect(screen.queryByRole('button', { name: /demo/ })).not.toBeInTheDocument();
  });

  it('hand out everything as an archive', async () => {
    answering();
    server.use(http.get('*/api/v1/export', () => HttpResponse.arrayBuffer(new ArrayBuffer(2000))));
    const made = vi.fn(() => 'blob:archive');
    Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => undefined });
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const { user } = open('/settings/data');
    await user.click(await screen.findByRole('button', { name: 'Download archive' }, { timeout: 5000 }));
    await vi.waitFor(() => expect(click).toHaveBeenCalledOnce());
    expect(made).toHaveBeenCalledWith(expect.objectContaining({ size: 2000 }));
  });

  it('show the version, and each dependency with its state', async () => {
    answering();
    open('/settings/about');
    expect(await screen.findByText('BibliosAI 9.8.7', {}, { timeout: 5000 })).toBeVisible();
    const item = (await screen.findByText('vector store')).closest('li');
    expect(within(item as HTMLElement).getByText('Not answering')).toBeVisible();
    expect(screen.getByRole('link', { name: /API reference/ })).toHaveAttribute('href', '/docs');
  });

  it('say why a fact is missing and look again', async () => {
    answering();
    server.use(http.get('*/api/v1/chat/config', () => problem(403, 'forbidden'), { once: true }));
    const { user } = open('/settings/answers');
    expect(await screen.findByText('detail of forbidden', {}, { timeout: 5000 })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Quoting')).toBeVisible();
  });
});
