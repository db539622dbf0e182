/** Numbers, sizes and times as people read them, in the language of the page. */
import i18n from 'i18next';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

const locale = () => i18n.resolvedLanguage ?? 'en';

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // "byte" has no short form in most languages.
  if (unit === 0) return `${formatNumber(bytes)} B`;
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

export const formatNumber = (value: number): string => new Intl.NumberFormat(locale()).format(value);

export const formatPercent = (share: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(share);

export const formatDate = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', year: 'numeric' }).format(
    new Date(iso),
  );

export const formatDateTime = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

/** To the second, for logs. */
export const formatExactTime = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(iso));

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
];

/** "2 hours ago" up to a week, then the date. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((now - new Date(iso).getTime()) / 1000);
  if (seconds >= 7 * 86_400) return formatDate(iso);
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  if (seconds < 45) return relative.format(0, 'second');
  let best = relative.format(-Math.round(seconds / 60), 'minute');
  for (const [unit, size] of STEPS) {
    if (seconds >= size) best = relative.format(-Math.round(seconds / size), unit);
  }
  return best;
}

export function formatDuration(seconds: number): string {
  const unit = seconds < 60 ? 'second' : seconds < 5400 ? 'minute' : 'hour';
  const value = Math.max(1, Math.round(seconds / { second: 1, minute: 60, hour: 3600 }[unit]));
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
