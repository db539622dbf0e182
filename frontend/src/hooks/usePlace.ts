import { useTranslation } from 'react-i18next';

export interface PlacedPassage {
  title: string;
  /** Of the document; what was cited before it was kept has none. */
  kind?: string | null | undefined;
  /** The headings above the passage, the outermost first, joined by " › "; often the title is the first of them. */
  heading?: string | null | undefined;
  page?: number | null | undefined;
  /** The page that it ends on, if that is another one. */
  last_page?: number | null | undefined;
}

/** Where in its document a passage stands, in words: its section or sheet, and its page or slide. */
export function usePlace(): (passage: PlacedPassage) => string {
  const { t } = useTranslation();
  return ({ title, kind, heading, page, last_page: last }) => {
    const above = `${title} › `;
    const within =
      heading === title ? null : heading?.startsWith(above) ? heading.slice(above.length) : heading;
    const section = within && kind === 'xlsx' ? t('place.sheet', { name: within }) : within;
    const [one, several] =
      kind === 'pptx' ? (['place.slide', 'place.slides'] as const) : (['place.page', 'place.pages'] as const);
    const paged = page == null ? null : last == null ? t(one, { page }) : t(several, { page, last });
    return [section, paged].filter(Boolean).join(' · ');
  };
}
