import { useTranslation } from 'react-i18next';

/** Kinds whose signs and line ends carry meaning. */
export const isVerbatim = (kind: string): boolean => kind === 'code' || kind === 'json' || kind === 'csv';

/** Where in the document a passage stands. */
export function PassagePlace({ heading, page }: { heading: string | null; page: number | null }) {
  const { t } = useTranslation();
  const place = [heading, page === null ? null : t('chat.page', { page })].filter(Boolean).join(' · ');
  return place && <span className="mb-0.5 block truncate text-ink-3 text-xs">{place}</span>;
}
