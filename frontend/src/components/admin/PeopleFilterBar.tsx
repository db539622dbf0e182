import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { SearchInput } from '@/components/ui/SearchInput';
import { useQueryText } from '@/hooks/useQueryText';
import { ACCOUNT_STATUSES, type PeopleFilters, ROLES } from '@/services/admin';

interface PeopleFilterBarProps {
  filters: PeopleFilters;
  onChange: (filters: PeopleFilters) => void;
}

export function PeopleFilterBar({ filters, onChange }: PeopleFilterBarProps) {
  const { t } = useTranslation();
  const { typed, setTyped } = useQueryText(filters.q ?? '', (q) =>
    onChange({ ...filters, q: q || undefined }),
  );
  const any = Object.values(filters).some(Boolean);
  return (
    <search className="mt-4 flex flex-wrap items-center gap-2 pb-2">
      <SearchInput
        label={t('admin.people.searchLabel')}
        placeholder={t('admin.people.searchPlaceholder')}
        value={typed}
        onChange={setTyped}
        className="h-9 w-full max-md:h-10 sm:w-64"
      />
      <FilterMenu
        label={t('admin.people.role')}
        value={filters.role}
        onChange={(role) => onChange({ ...filters, role })}
        options={ROLES.map((value) => ({ value, label: t(`admin.roles.${value}`) }))}
      />
      <FilterMenu
        label={t('admin.people.status')}
        value={filters.status}
        onChange={(status) => onChange({ ...filters, status })}
        options={ACCOUNT_STATUSES.map((value) => ({ value, label: t(`admin.statuses.${value}`) }))}
      />
      {any && (
        <Button variant="ghost" size="sm" onClick={() => onChange({})}>
          {t('common.clearAll')}
        </Button>
      )}
    </search>
  );
}
