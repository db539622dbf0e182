import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import type { Appointment, Way } from '@/services/types';
import { action, EVENT } from '@/test/actions';
import { openPage } from '@/test/openPage';
import { problem, server } from '@/test/server';
import { eventFrom, eventOf, payloadOfEvent } from '@/utils/actionDrafts';
import { EventEditor } from './EventEditor';

const WAYS: Way[] = [{ via: 'c1', kind: 'calendar', name: 'Calendar of Ada', address: 'ada@example.com' }];
const clock = (local: string) => ({
  local,
  zone: 'Europe/Berlin',
  weekday: 'Thursday',
  utc_offset: '+01:00',
});
const weekly: Appointment = {
  id: 'series0_20271202T090000Z',
  series_id: 'series0',
  title: 'Weekly',
  start: clock('2027-12-02T10:00'),
  end: clock('2027-12-02T10:30'),
  all_day: false,
  location: 'Room 5',
  guests: ['dana@example.com', 'sam@example.com'],
  optional: ['sam@example.com'],
  own: true,
};
const once: Appointment = {
  ...weekly,
  id: 'there00',
  series_id: null,
  title: 'Launch',
  guests: [],
  optional: [],
};
const others: Appointment = { ...once, id: 'other00', title: 'Not mine', own: false };

function open(ways = WAYS) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/v1/calendar/events', ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(`${query.get('via')} ${query.get('q')}`);
      const items = [weekly, once, others].filter(({ title }) => title.includes(query.get('q') ?? ''));
      return HttpResponse.json({ via: query.get('via'), zone: 'Europe/Berlin', items, has_more: false });
    }),
  );
  const submit = vi.fn().mockResolvedValue(undefined);
  const { user } = openPage(
    <EventEditor
      title="New event"
      action="Continue"
      ways={ways}
      initial={eventFrom('', 'Europe/Berlin')}
      submit={submit}
      onClose={() => undefined}
    />,
    '/',
    '/',
  );
  return { user, submit, asked };
}

describe('a change of an event that is there', () => {
  it('is of one chosen from the calendar, and sends only what differs', async () => {
    const { user, submit } = open();
    await user.click(screen.getByRole('radio', { name: 'Change one' }));
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText('Choose the event.')).toBeInTheDocument();
    expect(await screen.findByRole('radio', { name: /Not mine/ })).toBeDisabled();
    await user.click(screen.getByRole('radio', { name: /Weekly/ }));
    expect(screen.getByLabelText('Title')).toHaveValue('Weekly');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText('Say what of the series you mean.')).toBeInTheDocument();
    expect(submit).not.toHaveBeenCalled();
    const scopes = within(screen.getByRole('group', { name: 'What of the series' }));
    expect(scopes.getByRole('radio', { name: /This one and all that follow/ })).toBeDisabled();
    expect(scopes.getByText('Mails dana@example.com, sam@example.com.')).toBeInTheDocument();
    await user.click(scopes.getByRole('radio', { name: /The whole series/ }));
    await user.clear(screen.getByLabelText('Title'));
    await user.type(screen.getByLabelText('Title'), 'Thursdays');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload).toEqual({
      operation: 'update',
      event_id: weekly.id,
      scope: 'all',
      send_updates: 'all',
      title: 'Thursdays',
    });
  });

  it('may be that it is cancelled, with all that follow', async () => {
    const { user, submit } = open();
    await user.click(screen.getByRole('radio', { name: 'Cancel one' }));
    await user.click(await screen.findByRole('radio', { name: /Weekly/ }));
    expect(screen.queryByLabelText('Title')).toBeNull();
    await user.click(screen.getByRole('radio', { name: /This one and all that follow/ }));
    await user.selectOptions(screen.getByLabelText('Mails to guests'), 'none');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload).toEqual({
      operation: 'cancel',
      event_id: weekly.id,
      scope: 'following',
      send_updates: 'none',
    });
  });

  it('begins anew with another account', async () => {
    const more = [
      ...WAYS,
      { via: 'c9', kind: 'calendar' as const, name: 'Other', address: 'ada@other.example' },
    ];
    const { user, submit, asked } = open(more);
    await user.click(screen.getByRole('radio', { name: 'Change one' }));
    await user.click(await screen.findByRole('radio', { name: /Weekly/ }));
    await user.click(screen.getByRole('radio', { name: /The whole series/ }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Account' }), 'c9');
    await waitFor(() => expect(asked).toContain('c9 '));
    expect(screen.getByRole('radio', { name: 'Change one' })).toBeChecked();
    expect(await screen.findByRole('radio', { name: /Weekly/ })).not.toBeChecked();
    expect(screen.queryByLabelText('Title')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText('Choose the event.')).toBeInTheDocument();
    expect(submit).not.toHaveBeenCalled();
  });

  it('is looked for from today on, as it is where one is', async () => {
    vi.stubEnv('TZ', 'Pacific/Auckland');
    vi.setSystemTime(new Date('2027-12-01T20:00:00Z'));
    try {
      const { user } = open();
      await user.click(screen.getByRole('radio', { name: 'Change one' }));
      expect(screen.getByLabelText('From')).toHaveValue('2027-12-02');
    } finally {
      vi.useRealTimers();
      vi.unstubAllEnvs();
    }
  });

  it('asks nothing of a series where there is none, and finds by words', async () => {
    const { user, submit, asked } = open();
    await user.click(screen.getByRole('radio', { name: 'Cancel one' }));
    await user.type(screen.getByLabelText('Words in it'), 'Launch');
    await waitFor(() => expect(asked).toContain('c1 Launch'));
    await user.click(await screen.findByRole('radio', { name: /Launch/ }));
    expect(screen.queryByRole('group', { name: 'What of the series' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(submit.mock.calls[0]?.[0].payload).toEqual({
      operation: 'cancel',
      event_id: 'there00',
      send_updates: 'all',
    });
  });

  it('says what to do where the calendar cannot be read', async () => {
    const { user } = open();
    server.use(http.get('*/api/v1/calendar/events', () => problem(409, 'no_calendar')));
    await user.click(screen.getByRole('radio', { name: 'Change one' }));
    expect(await screen.findByText('detail of no_calendar')).toBeInTheDocument();
  });

  it('goes on from its card without sending what nobody changed', () => {
    const payload = {
      operation: 'update',
      event_id: weekly.id,
      scope: 'all',
      title: 'Review',
      send_updates: 'all',
    };
    const before = action({ kind: 'calendar', payload, preview: { ...EVENT, scope: 'all' } });
    const draft = eventOf(before);
    expect(payloadOfEvent(draft, payload, draft)).toEqual(payload);
    expect(payloadOfEvent({ ...draft, scope: 'this', location: 'Room 6' }, payload, draft)).toEqual({
      ...payload,
      scope: 'this',
      location: 'Room 6',
    });
  });
});
