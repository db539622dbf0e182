import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import { type Column, RowLink } from '@/components/ui/DataTable';
import { useUser } from '@/contexts/AuthContext';
import { useMethodName } from '@/hooks/useMethodName';
import type { Person } from '@/services/types';
import { formatAgo, formatDateTime } from '@/utils/format';
import { Avatar } from './Avatar';
import { AccountStatus, Verified } from './personMarks';

const SHOWN_GROUPS = 2;

/** The columns of the accounts; a row leads to the same list with that account open. */
export function usePeopleColumns(addressOf: (id: string) => string): readonly Column<Person>[] {
  const { t } = useTranslation();
  const methodName = useMethodName();
  const nameOf = (person: Person) => person.name || person.email;
  const methodsOf = (person: Person) => person.sign_in_methods.map(methodName).join(', ');
  return [
    {
      id: 'person',
      header: t('admin.people.columns.person'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      compare: (one, other) => nameOf(one).localeCompare(nameOf(other)),
      cell: (person) => <Who person={person} to={addressOf(person.id)} />,
    },
    {
      id: 'role',
      header: t('admin.people.columns.role'),
      width: '8rem',
      narrow: 'inline',
      compare: (one, other) => one.role.localeCompare(other.role),
      cell: ({ role }) =>
        role === 'admin' ? (
          <Chip size="md" tone="accent" icon={ShieldCheck}>
            {t('admin.roles.admin')}
          </Chip>
        ) : (
          <Chip size="md">{t('admin.roles.member')}</Chip>
        ),
    },
    {
      id: 'status',
      header: t('admin.people.columns.status'),
      width: '7rem',
      narrow: 'inline',
      compare: (one, other) => Number(one.disabled) - Number(other.disabled),
      cell: ({ disabled }) => <AccountStatus disabled={disabled} />,
    },
    {
      id: 'groups',
      header: t('admin.people.columns.groups'),
      width: '9.5rem',
      narrow: 'inline',
      cell: ({ groups }) => groups.length > 0 && <Groups groups={groups} />,
    },
    {
      id: 'lastSignIn',
      header: t('admin.people.columns.lastSignIn'),
      width: '8rem',
      narrow: 'line',
      compare: (one, other) => (one.last_login_at ?? '').localeCompare(other.last_login_at ?? ''),
      cell: ({ last_login_at }) => <LastSignIn at={last_login_at} />,
    },
    {
      id: 'methods',
      header: t('admin.people.columns.methods'),
      width: '7rem',
      narrow: 'line',
      cell: (person) => (
        <span className="block truncate text-ink-2 text-sm" title={methodsOf(person)}>
          {methodsOf(person) || t('admin.methodNone')}
        </span>
      ),
    },
  ];
}

function Who({ person, to }: { person: Person; to: string }) {
  const { t } = useTranslation();
  const me = useUser();
  const name = person.name || person.email;
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Avatar name={name} className={person.disabled ? 'bg-hover text-ink-3' : undefined} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <RowLink to={to} replace whole title={name}>
            {name}
          </RowLink>
          {person.id === me.id && <Chip className="shrink-0">{t('admin.people.you')}</Chip>}
        </p>
        <p className="flex items-center gap-1.5 text-ink-3 text-sm">
          <span className="truncate" title={person.email}>
            {person.email}
          </span>
          <Verified verified={person.email_verified} />
        </p>
      </div>
    </div>
  );
}

function Groups({ groups }: { groups: readonly string[] }) {
  const more = groups.length - SHOWN_GROUPS;
  return (
    <span className="flex min-w-0 gap-1">
      {groups.slice(0, SHOWN_GROUPS).map((group) => (
        <Chip key={group} size="md">
          {group}
        </Chip>
      ))}
      {more > 0 && (
        <span title={groups.join(', ')} className="self-center text-ink-3 text-xs tabular-nums">
          +{more}
        </span>
      )}
    </span>
  );
}

function LastSignIn({ at }: { at: string | null }) {
  const { t } = useTranslation();
  return (
    <span className="block truncate text-ink-2 text-sm">
      <span className="@max-4xl:hidden">
        {at ? (
          <time dateTime={at} title={formatDateTime(at)}>
            {formatAgo(at)}
          </time>
        ) : (
          t('admin.never')
        )}
      </span>
      <span className="@4xl:hidden">
        {at ? t('admin.people.lastSignIn', { ago: formatAgo(at) }) : t('admin.people.neverSignedIn')}
      </span>
    </span>
  );
}
