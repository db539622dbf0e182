import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { http } from 'msw';
import { describe, expect, it } from 'vitest';
import { answeringConnections, connection } from '@/test/connections';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import ConnectionPage from './Connection';

const open = (path = '/connections/c1') =>
  openPage(<ConnectionPage />, '/connections/:connectionId/:tab?', path);
const held = () =>
  connection({
    status: 'connecting',
    status_reason: { code: 'not_started', message: 'Choose.' },
    next_sync_at: null,
    last_sync_at: null,
    items: {},
    options: {},
  });

describe('a connection that has not begun', () => {
  it('shows what its account can do, lets one choose from what it sees, and starts', async () => {
    const { connections, done } = answeringConnections({ connections: [held()] });
    const { user, view } = open();
    expect(await screen.findByText('The account is connected')).toBeInTheDocument();
    expect(await screen.findByText('Ask somebody who administers Toy.')).toBeInTheDocument();
    const channels = within(await screen.findByRole('group', { name: /^Channels/ }));
    await user.click(channels.getByLabelText('#fish'));
    expect(screen.queryByLabelText('Mailbox')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Synchronise now' })).not.toBeInTheDocument();
    const { violations } = await axe.run(view.container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
    connections[0] = connection({ status: 'syncing' });
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(await screen.findByRole('button', { name: 'Synchronise now' })).toBeInTheDocument();
    expect(done[0]).toBe('POST /connections/c1/check');
    expect(JSON.parse(done[1]?.replace('PATCH /connections/c1 ', '') ?? '').options.channels).toEqual(['C2']);
    expect(done[2]).toBe('POST /connections/c1/sync');
  });

  it('says what does not work, and tries it again', async () => {
    answeringConnections({ connections: [held()] });
    server.use(
      http.post('*/api/v1/connections/c1/check', () => problem(409, 'reauth_required'), { once: true }),
    );
    const { user } = open();
    expect(await screen.findByText('detail of reauth_required')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Toy gives its notes.')).toBeInTheDocument();
  });

  it('says what of the options does not fit, and does not start', async () => {
    const { done } = answeringConnections({ connections: [held()] });
    server.use(
      http.patch('*/api/v1/connections/c1', () =>
        problem(422, 'invalid_input', {
          errors: [{ field: 'options.days', code: 'x', message: 'At least 1.' }],
        }),
      ),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Start' }));
    await waitFor(() => expect(screen.getByLabelText('Days')).toHaveAccessibleDescription('At least 1.'));
    expect(done).toEqual(['POST /connections/c1/check']);
  });

  it('can be left: nothing of it stays', async () => {
    const { done } = answeringConnections({ connections: [held()] });
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Disconnect' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disconnect' }));
    await waitFor(() => expect(done).toContain('DELETE /connections/c1'));
  });
});
