/** What is in the calendar that one connected. */
import { client, unwrap } from './api';

export const listAppointments = (
  query: { via: string; from: string; to: string; q: string; zone: string },
  signal?: AbortSignal,
) => unwrap(client.GET('/api/v1/calendar/events', { params: { query }, signal }));
