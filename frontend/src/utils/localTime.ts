/** Times as a field for date and time holds them, in the zone of the browser. */

const two = (value: number) => String(value).padStart(2, '0');

/** The zone of the browser, e.g. "Europe/Berlin". */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "2026-12-03T10:00" of a moment. */
export function toLocal(iso: string | null): string {
  if (!iso) return '';
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The moment that a local time names, with its offset; null for none. */
export function fromLocal(local: string): string | null {
  const at = new Date(local);
  return local && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}
