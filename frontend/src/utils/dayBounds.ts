/** The moments at which a calendar day begins and ends, in the time zone of the page. */

const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));

/** A day such as 2026-03-04 as the address holds it; undefined for anything else. */
export const dayOf = (value: string | null): string | undefined =>
  value !== null && isDay(value) ? value : undefined;

export const startOfDay = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** The first moment that is not part of the day any more; a day on which the clocks change has 23 or 25 hours. */
export function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date.toISOString();
}
