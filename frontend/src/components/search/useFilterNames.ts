import { useTranslation } from 'react-i18next';
import { useConnectionChoices } from '@/hooks/useConnectionChoices';
import type { ListFilter } from '@/hooks/useSearchState';
import { useSourceName } from '@/hooks/useSourceName';

/** What a filter's value is called in the language of the page. */
export function useFilterNames(): (filter: ListFilter, value: string) => string {
  const { t, i18n } = useTranslation();
  const sourceName = useSourceName();
  const connections = useConnectionChoices([]);
  const languages = new Intl.DisplayNames([i18n.language], { type: 'language' });
  return (filter, value) => {
    switch (filter) {
      case 'kind':
        return t(`kind.${value as 'pdf'}`);
      case 'source':
        return sourceName(value);
      case 'connection':
        return connections.nameOf(value);
      case 'language':
        return languageName(languages, value);
      case 'author':
      case 'tag':
        return value;
    }
  };
}

function languageName(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    // An address can carry anything; what is no language code is shown as it is.
    return code;
  }
}
