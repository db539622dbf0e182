import { screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { action, answeringActions } from '@/test/actions';
import { openPage } from '@/test/openPage';
import PreparedActions from './PreparedActions';

describe('what an answer prepared', () => {
  it('stays, when one of its cards cannot be drawn', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const told = vi.fn((event: ErrorEvent) => event.preventDefault());
    window.addEventListener('error', told);
    answeringActions([action({ id: 'x1', preview: { text: 'half of it' } }), action({ id: 'x2' })]);
    openPage(<PreparedActions ids={['x1', 'x2']} />, '/', '/');
    const cards = await screen.findByRole('list', { name: 'What was prepared' });
    expect(await within(cards).findByRole('region', { name: 'Mail: Launch' })).toBeVisible();
    expect(await within(cards).findByRole('alert')).toHaveTextContent('An error stopped it');
    // A conversation has its own first heading.
    expect(within(cards).getByRole('heading', { level: 3, name: 'This page stumbled' })).toBeVisible();
    window.removeEventListener('error', told);
  });
});
