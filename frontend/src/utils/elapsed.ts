import i18n from 'i18next';

/** How long something took, e.g. "34 ms" or "1.2 s". */
export function formatElapsed(milliseconds: number): string {
  const long = milliseconds >= 1000;
  return new Intl.NumberFormat(i18n.resolvedLanguage ?? 'en', {
    style: 'unit',
    unit: long ? 'second' : 'millisecond',
    maximumFractionDigits: long ? 1 : 0,
  }).format(long ? milliseconds / 1000 : Math.max(1, milliseconds));
}
