import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { SearchInput } from '@/components/ui/SearchInput';
import { useDebounced } from '@/hooks/useDebounced';
import { useSourceName } from '@/hooks/useSourceName';
import type { DocumentFilters } from '@/services/documents';
import { KINDS, STATUSES } from '@/services/types';
import { SOURCES } from '@/utils/sources';

const TYPING_PAUSE_MS = 200;

interface LibraryFiltersProps {
  filters: DocumentFilters;
  onChange: (filters: DocumentFilters) => void;
}

export function LibraryFilters({ filters, onChange }: LibraryFiltersProps) {
  const { t } = useTranslation();
  const nameOf = useSourceName();
  const [typed, setTyped] = useState(filters.q ?? '');
  const rested = useDebounced(typed.trim(), TYPING_PAUSE_MS);

  const apply = useEffectEvent((q: string) => {
    if (q !== (filters.q ?? '')) onChange({ ...filters, q: q || undefined });
  });
  useEffect(() => apply(rested), [rested]);

  const any = Object.values(filters).some(Boolean);
  return (
    <search className="mt-5 flex flex-wrap items-center gap-2 pb-4">
      <SearchInput
        label={t('library.searchLabel')}
        placeholder={t('library.searchPlaceholder')}
        value={typed}
        onChange={setTyped}
        className="h-9 w-full sm:w-64"
      />
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
      <FilterMenu
        label={t('library.source')}
        value={filters.source}
        onChange={(source) => onChange({ ...filters, source })}
        options={SOURCES.map((value) => ({ value, label: nameOf(value) }))}
      />
      {any && (
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            setTyped('');
            onChange({});
          }}
        >
          {t('common.clearAll')}
        </Button>
      )}
    </search>
  );
}
