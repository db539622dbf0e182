import { SearchX, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ErrorMessage } from '@/components/ErrorMessage';
import { Button, buttonStyles } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { usePeople } from '@/hooks/usePeople';
import { usePeopleFilters } from '@/hooks/usePeopleFilters';
import type { Person } from '@/services/types';
import { formatNumber } from '@/utils/format';
import { PeopleFilterBar } from './PeopleFilterBar';
import { PeopleTable } from './PeopleTable';
import { PersonDrawer } from './PersonDrawer';
import { RowsSkeleton } from './RowsSkeleton';
import { ShowMore } from './ShowMore';
import { TabHead } from './TabHead';

/** Every account, and one of them beside the list. */
export default function People() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { filters, setFilters, filtered, personId, addressOf } = usePeopleFilters();
  const people = usePeople(filters);
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const count = people.hasNextPage
    ? t('admin.people.shownMore', { shown: formatNumber(items.length) })
    : t('admin.people.shown', { count: items.length });

  return (
    <>
      <TabHead title={t('admin.tabs.people')} text={items.length > 0 ? count : t('admin.people.text')}>
        <Link to="/admin/invitations?invite" className={buttonStyles({ variant: 'primary' })}>
          <UserPlus aria-hidden />
          {t('admin.people.invite')}
        </Link>
      </TabHead>
      <PeopleFilterBar filters={filters} onChange={setFilters} />
      <Content
        people={people}
        items={items}
        filtered={filtered}
        addressOf={addressOf}
        onClear={() => setFilters({})}
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

interface ContentProps {
  people: ReturnType<typeof usePeople>;
  items: readonly Person[];
  filtered: boolean;
  addressOf: (id: string) => string;
  onClear: () => void;
}

function Content({ people, items, filtered, addressOf, onClear }: ContentProps) {
  const { t } = useTranslation();
  if (people.isPending) return <RowsSkeleton />;
  if (people.isError && items.length === 0) {
    return (
      <ErrorMessage
        title={t('admin.people.errorTitle')}
        error={people.error}
        onRetry={() => void people.refetch()}
      />
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={SearchX} title={t('admin.people.noMatchTitle')} text={t('admin.people.noMatchText')}>
        {filtered && <Button onClick={onClear}>{t('common.clearAll')}</Button>}
      </EmptyState>
    );
  }
  return (
    <>
      <PeopleTable items={items} addressOf={addressOf} />
      <ShowMore list={people} errorTitle={t('admin.people.errorTitle')} />
    </>
  );
}
