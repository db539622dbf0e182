import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import type { Column } from '@/components/ui/DataTable';
import type { SourcePerson } from '@/services/types';
import { calledAtSource } from './sourcePeople';

interface Asked {
  onMatch: (person: SourcePerson) => void;
  onUnmatch: (person: SourcePerson) => void;
}

/** The columns of a source's people: who they are there, how often they are named, who they are here. */
export function useSourcePeopleColumns({ onMatch, onUnmatch }: Asked): readonly Column<SourcePerson>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'person',
      header: t('connections.people.person'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      cell: (person) => (
        <div className="min-w-0">
          <span className="block truncate" data-row-main title={calledAtSource(person)}>
            {calledAtSource(person)}
          </span>
          <span className="block truncate text-ink-3 text-sm">
            {person.address ?? `${t('connections.people.noAddress')} · ${person.external_id}`}
          </span>
        </div>
      ),
    },
    {
      id: 'named',
      header: t('connections.people.named'),
      width: '11rem',
      narrow: 'line',
      cell: ({ groups, items }) => (
        <span className="text-ink-2 text-sm tabular-nums">
          {t('connections.people.groups', { count: groups })} ·{' '}
          {t('connections.people.items', { count: items })}
        </span>
      ),
    },
    {
      id: 'account',
      header: t('connections.people.account'),
      width: 'minmax(0,1fr)',
      narrow: 'line',
      cell: (person) => <Account person={person} />,
    },
    {
      id: 'actions',
      header: t('common.more'),
      headerHidden: true,
      width: '8rem',
      narrow: 'line',
      align: 'end',
      cell: (person) => {
        const name = calledAtSource(person);
        if (person.chosen) {
          return (
            <Button
              size="sm"
              className="max-md:h-10"
              aria-label={t('connections.people.unmatchNamed', { name })}
              onClick={() => onUnmatch(person)}
            >
              {t('connections.people.unmatch')}
            </Button>
          );
        }
        return (
          !person.matched && (
            <Button
              size="sm"
              className="max-md:h-10"
              aria-label={t('connections.people.matchNamed', { name })}
              onClick={() => onMatch(person)}
            >
              {t('connections.people.match')}
            </Button>
          )
        );
      },
    },
  ];
}

function Account({ person: { account, matched, chosen } }: { person: SourcePerson }) {
  const { t } = useTranslation();
  if (!account || !matched) return <span className="text-ink-3">{t('connections.people.nobody')}</span>;
  return (
    <div className="min-w-0">
      <span className="block truncate" title={account.email}>
        {account.name || account.email}
      </span>
      <span className="block truncate text-ink-3 text-sm">{t(`connections.people.by.${matched}`)}</span>
      {chosen && matched === 'mail' && (
        <span className="block text-pretty text-sm text-warn">
          {t('connections.people.outranked', { name: chosen.name || chosen.email })}
        </span>
      )}
    </div>
  );
}
