import { useTranslation } from 'react-i18next';
import { FolderFilter } from '@/components/ui/FolderFilter';
import { useConnectionChoices } from '@/hooks/useConnectionChoices';
import { type Suggestions, useFilterSuggestions } from '@/hooks/useSearch';
import { LISTS, type ListFilter, type SearchState } from '@/hooks/useSearchState';
import { useSources } from '@/hooks/useSources';
import { KINDS } from '@/services/types';
import { DateFilter } from './DateFilter';
import { useFilterNames } from './useFilterNames';
import { ValueFilter } from './ValueFilter';

interface SearchFilterBarProps {
  state: SearchState;
  onChange: (next: Partial<SearchState>) => void;
}

const NONE: Suggestions = { author: [], language: [], tag: [] };
/** Authors and tags are free words: what is not offered can be typed. */
const FREE: readonly ListFilter[] = ['author', 'tag'];
/** Whose folders are offered: with another one chosen, the folder is another one as well. */
const OF_FOLDERS: readonly ListFilter[] = ['source', 'connection'];
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'tr', 'ru', 'ar', 'zh', 'ja', 'ko'];

export function SearchFilterBar({ state, onChange }: SearchFilterBarProps) {
  const { t } = useTranslation();
  const nameOf = useFilterNames();
  const suggested = useFilterSuggestions().data ?? NONE;
  const { sources } = useSources(...state.source);
  const connections = useConnectionChoices(state.connection).ids;
  const offered: Record<ListFilter, readonly string[]> = {
    kind: KINDS,
    source: sources,
    connection: connections,
    author: suggested.author,
    language: [...new Set([...suggested.language, ...LANGUAGES])],
    tag: suggested.tag,
  };
  const filter = (name: ListFilter) => (
    <ValueFilter
      key={name}
      label={t(`search.filter.${name}`)}
      offered={offered[name]}
      values={state[name]}
      nameOf={(value) => nameOf(name, value)}
      onChange={(values) =>
        onChange({ [name]: values, ...(OF_FOLDERS.includes(name) && { path: undefined }) })
      }
      onAdd={FREE.includes(name) ? (value) => onChange({ [name]: [...state[name], value] }) : undefined}
    />
  );
  return (
    <fieldset className="mt-3 flex flex-wrap items-center gap-2">
      <legend className="sr-only">{t('search.filters')}</legend>
      {LISTS.filter((name) => name !== 'connection' || connections.length > 0).map(filter)}
      <FolderFilter
        scope={{ source: only(state.source), connection: only(state.connection) }}
        value={state.path}
        onChange={(path) => onChange({ path })}
      />
      <DateFilter
        value={state}
        onChange={({ period, after, before }) => onChange({ period, after, before })}
      />
    </fieldset>
  );
}

const only = (values: readonly string[]): string | undefined => (values.length === 1 ? values[0] : undefined);
