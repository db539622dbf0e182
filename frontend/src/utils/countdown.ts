const HOUR_SECONDS = 3600;

/** Seconds until a moment, never below 0. */
export const secondsUntil = (iso: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(iso) - now) / 1000));

/** "0:07", "12:30"; null for more than an hour, which is told as a date. */
export function formatCountdown(seconds: number): string | null {
  if (seconds > HOUR_SECONDS) return null;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
