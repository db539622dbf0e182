import { useTranslation } from 'react-i18next';

/** Kinds whose signs and line ends carry meaning. */
export const isVerbatim = (kind: string): boolean => kind === 'code' || kind === 'json' || kind === 'csv';

interface PassagePlaceProps {
  title: string;
  /** The headings above the passage, the outermost first, joined by " › "; often the title is the first of them. */
  heading: string | null;
  page: number | null;
}

/** Where in the document a passage stands. */
export function PassagePlace({ title, heading, page }: PassagePlaceProps) {
  const { t } = useTranslation();
  const above = `${title} › `;
  const within =
    heading === title ? null : heading?.startsWith(above) ? heading.slice(above.length) : heading;
  const place = [within, page === null ? null : t('chat.page', { page })].filter(Boolean).join(' · ');
  return place && <span className="mb-0.5 block truncate text-ink-3 text-xs">{place}</span>;
}
