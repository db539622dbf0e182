import { useTranslation } from 'react-i18next';

/** What a source is called; one that this release does not know keeps its own name. */
export function useSourceName(): (source: string) => string {
  const { t, i18n } = useTranslation();
  return (source) => {
    const key: string = `source.${source}`;
    return i18n.exists(key) ? t(key as 'source.upload') : source;
  };
}
