import { useTranslation } from 'react-i18next';

/** What a source is called. One without a name in the language of the page keeps its own, in a readable shape. */
export function useSourceName(): (source: string) => string {
  const { t, i18n } = useTranslation();
  return (source) => {
    const key: string = `source.${source}`;
    if (i18n.exists(key)) return t(key as 'source.upload');
    const words = source.replaceAll(/[_-]+/g, ' ').trim();
    return words ? words.charAt(0).toUpperCase() + words.slice(1) : source;
  };
}
