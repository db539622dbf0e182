import { SearchX, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListPage } from '@/components/ui/ListPage';
import { usePeople } from '@/hooks/usePeople';
import { usePeopleFilters } from '@/hooks/usePeopleFilters';
import { ACCOUNT_STATUSES, type PeopleFilters, ROLES } from '@/services/admin';
import { formatNumber } from '@/utils/format';
import { PersonDrawer } from './PersonDrawer';
import { usePeopleColumns } from './usePeopleColumns';

/** Every account, and one of them beside the list. */
export default function People() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { filters, setFilters, filtered, personId, addressOf } = usePeopleFilters();
  const people = usePeople(filters);
  const columns = usePeopleColumns(addressOf);
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const count = people.hasNextPage
    ? t('admin.people.shownMore', { shown: formatNumber(items.length) })
    : t('admin.people.shown', { count: items.length });

  return (
    <>
      <ListPage
        layout="tab"
        title={t('tabs.admin.people')}
        text={items.length > 0 ? count : t('admin.people.text')}
        action={
          <Link to="/admin/invitations?invite" className={buttonStyles({ variant: 'primary' })}>
            <UserPlus aria-hidden />
            {t('admin.people.invite')}
          </Link>
        }
        filters={<Filters filters={filters} onChange={setFilters} />}
        list={people}
        items={items}
        errorTitle={t('admin.people.errorTitle')}
        empty={
          <EmptyState
            icon={SearchX}
            title={t('admin.people.noMatchTitle')}
            text={t('admin.people.noMatchText')}
          >
            {filtered && <Button onClick={() => setFilters({})}>{t('common.clearAll')}</Button>}
          </EmptyState>
        }
        label={t('admin.people.list')}
        columns={columns}
        rowKey={(person) => person.id}
      />
      {personId && (
        <PersonDrawer
          key={personId}
          id={personId}
          known={items.find((person) => person.id === personId)}
          onClose={() => navigate(addressOf(null), { replace: true })}
        />
      )}
    </>
  );
}

interface FiltersProps {
  filters: PeopleFilters;
  onChange: (filters: PeopleFilters) => void;
}

function Filters({ filters, onChange }: FiltersProps) {
  const { t } = useTranslation();
  return (
    <FilterBar
      className="mt-4"
      search={{
        label: t('admin.people.searchLabel'),
        placeholder: t('admin.people.searchPlaceholder'),
        value: filters.q ?? '',
        onChange: (q) => onChange({ ...filters, q: q || undefined }),
      }}
      any={Object.values(filters).some(Boolean)}
      onClear={() => onChange({})}
    >
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
    </FilterBar>
  );
}
