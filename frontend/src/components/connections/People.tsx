import { SearchX, Users } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Button } from '@/components/ui/Button';
import { EmptyState } from '@/components/ui/EmptyState';
import { FilterBar } from '@/components/ui/FilterBar';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListPage } from '@/components/ui/ListPage';
import { SearchInput } from '@/components/ui/SearchInput';
import { useSourcePeople } from '@/hooks/useConnectionAccess';
import { useDebounced } from '@/hooks/useDebounced';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection, SourcePerson } from '@/services/types';
import { MatchDialog } from './MatchDialog';
import { UnmatchDialog } from './UnmatchDialog';
import { useSourcePeopleColumns } from './useSourcePeopleColumns';

const TYPING_PAUSE_MS = 200;
const MATCHED = ['no', 'yes'] as const;

/** Whom the source names, who they are here, and who matches nobody. */
export default function People({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const [params, setParams] = useSearchParams();
  const matched = MATCHED.find((one) => one === params.get('matched'));
  const [typed, setTyped] = useState(params.get('q') ?? '');
  const q = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  useEffect(() => {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (q) next.set('q', q);
        else next.delete('q');
        return next;
      },
      { replace: true },
    );
  }, [q, setParams]);
  const filter = (next: (typeof MATCHED)[number] | undefined) =>
    setParams({ ...(next && { matched: next }), ...(q && { q }) }, { replace: true });
  const clear = () => {
    setTyped('');
    setParams({}, { replace: true });
  };
  const list = useSourcePeople(connection.id, { ...(matched && { matched }), ...(q && { q }) });
  const [matching, setMatching] = useState<SourcePerson>();
  const [unmatching, setUnmatching] = useState<SourcePerson>();
  const columns = useSourcePeopleColumns({ onMatch: setMatching, onUnmatch: setUnmatching });
  const any = matched !== undefined || q !== '';
  return (
    <>
      <ListPage
        layout="tab"
        title={t('tabs.connections.people')}
        text={t('connections.people.text', { source })}
        filters={
          <FilterBar className="mt-4" any={any} onClear={clear}>
            <SearchInput
              label={t('connections.people.search')}
              placeholder={t('connections.people.search')}
              value={typed}
              onChange={setTyped}
              className="h-9 w-full sm:w-64"
            />
            <FilterMenu
              label={t('connections.people.matched')}
              value={matched}
              onChange={filter}
              options={MATCHED.map((value) => ({
                value,
                label: t(`connections.people.matchedOptions.${value}`),
              }))}
            />
          </FilterBar>
        }
        list={list}
        items={list.data?.pages.flatMap((page) => page.items) ?? []}
        errorTitle={t('connections.people.errorTitle')}
        empty={
          any ? (
            <EmptyState
              icon={SearchX}
              title={t('connections.people.noMatchTitle')}
              text={t('connections.people.noMatchText')}
            >
              <Button onClick={clear}>{t('common.clearAll')}</Button>
            </EmptyState>
          ) : (
            <EmptyState
              icon={Users}
              title={t('connections.people.emptyTitle')}
              text={t('connections.people.emptyText', { source })}
            />
          )
        }
        label={t('tabs.connections.people')}
        columns={columns}
        rowKey={(person) => person.id}
      />
      {matching && (
        <MatchDialog connection={connection} person={matching} onClose={() => setMatching(undefined)} />
      )}
      {unmatching && (
        <UnmatchDialog connection={connection} person={unmatching} onClose={() => setUnmatching(undefined)} />
      )}
    </>
  );
}
