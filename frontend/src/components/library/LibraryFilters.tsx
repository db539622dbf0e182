import { useTranslation } from 'react-i18next';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { FolderFilter } from '@/components/ui/FolderFilter';
import { useConnectionChoices } from '@/hooks/useConnectionChoices';
import { useSources } from '@/hooks/useSources';
import type { DocumentFilters } from '@/services/documents';
import { KINDS, STATUSES } from '@/services/types';

interface LibraryFiltersProps {
  filters: DocumentFilters;
  onChange: (filters: DocumentFilters) => void;
}

export function LibraryFilters({ filters, onChange }: LibraryFiltersProps) {
  const { t } = useTranslation();
  const { sources, nameOf } = useSources(filters.source);
  const connections = useConnectionChoices(filters.connection ? [filters.connection] : []);
  return (
    <FilterBar
      className="mt-5 pb-4"
      search={{
        label: t('library.searchLabel'),
        placeholder: t('library.searchPlaceholder'),
        value: filters.q ?? '',
        onChange: (q) => onChange({ ...filters, q: q || undefined }),
      }}
      any={Object.values(filters).some(Boolean)}
      onClear={() => onChange({})}
    >
      <FilterMenu
        label={t('library.status')}
        value={filters.status}
        onChange={(status) => onChange({ ...filters, status })}
        options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
      />
      <FilterMenu
        label={t('library.kind')}
        value={filters.kind}
        onChange={(kind) => onChange({ ...filters, kind })}
        options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      <FilterMenu<string>
        label={t('library.source')}
        value={filters.source}
        onChange={(source) => onChange({ ...filters, source, path: undefined })}
        options={sources.map((value) => ({ value, label: nameOf(value) }))}
      />
      {connections.ids.length > 0 && (
        <FilterMenu<string>
          label={t('library.connection')}
          value={filters.connection}
          onChange={(connection) => onChange({ ...filters, connection, path: undefined })}
          options={connections.ids.map((value) => ({ value, label: connections.nameOf(value) }))}
        />
      )}
      <FolderFilter
        scope={{ source: filters.source, connection: filters.connection }}
        value={filters.path}
        onChange={(path) => onChange({ ...filters, path })}
      />
    </FilterBar>
  );
}
