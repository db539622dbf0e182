import i18n from 'i18next';
import { formatDateTime } from './format';

/** A moment near now: the time alone when it is today, else with its day. */
export function formatMoment(iso: string, now: number = Date.now()): string {
  const at = new Date(iso);
  if (at.toDateString() !== new Date(now).toDateString()) return formatDateTime(iso);
  return new Intl.DateTimeFormat(i18n.resolvedLanguage ?? 'en', { timeStyle: 'short' }).format(at);
}
