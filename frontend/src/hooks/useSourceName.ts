import { useTranslation } from 'react-i18next';
import { useConnectors } from './useConnectors';

/** What a source is called: by its connector, else in the language of the page, else by its own name made readable. */
export function useSourceName(): (source: string) => string {
  const { t, i18n } = useTranslation();
  const connectors = useConnectors().data;
  return (source) => {
    const connector = connectors?.find(({ type }) => type === source);
    if (connector) return connector.name;
    const key: string = `source.${source}`;
    if (i18n.exists(key)) return t(key as 'source.upload');
    const words = source.replaceAll(/[_-]+/g, ' ').trim();
    return words ? words.charAt(0).toUpperCase() + words.slice(1) : source;
  };
}
