import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { listAppointments } from '@/services/calendar';
import { keys } from '@/services/queries';
import { ownZone } from '@/utils/localTime';
import { useDebounced } from './useDebounced';

const TYPING_PAUSE_MS = 250;
const DAYS = 31;

/** The day that is so many days after another, both as 2026-12-03. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The appointments of a month from a day on, that hold what was typed. */
export function useAppointments(via: string, from: string, typed: string) {
  const q = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  return useQuery({
    queryKey: keys.appointments(via, from, q),
    queryFn: ({ signal }) =>
      listAppointments({ via, from, to: dayAfter(from, DAYS), q, zone: ownZone() }, signal),
    enabled: via !== '' && /^\d{4}-\d{2}-\d{2}$/.test(from),
    placeholderData: keepPreviousData,
  });
}
