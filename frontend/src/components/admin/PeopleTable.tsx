import { BadgeCheck, MailWarning, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useUser } from '@/contexts/AuthContext';
import { useMethodName } from '@/hooks/useMethodName';
import type { Person } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatAgo, formatDateTime } from '@/utils/format';
import { Avatar } from './Avatar';
import { Chip } from './Chip';

/** The columns, shared with the heading. Where there is no room for them each person is a card. */
const GRID =
  '@4xl:grid @4xl:grid-cols-[minmax(0,1fr)_8rem_7rem_9.5rem_8rem_7rem] @4xl:items-center @4xl:gap-x-4';

const COLUMNS = ['person', 'role', 'status', 'groups', 'lastSignIn', 'methods'] as const;
const SHOWN_GROUPS = 2;

interface PeopleTableProps {
  items: readonly Person[];
  addressOf: (id: string) => string;
}

export function PeopleTable({ items, addressOf }: PeopleTableProps) {
  const { t } = useTranslation();
  return (
    <div role="table" aria-label={t('admin.people.list')} className="mt-2">
      <div role="rowgroup" className="sr-only border-b @4xl:not-sr-only @4xl:border-b">
        <div role="row" className={`${GRID} h-9 font-medium text-ink-3 text-xs`}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader">
              {t(`admin.people.columns.${column}`)}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="space-y-2.5 @4xl:space-y-0">
        {items.map((person) => (
          <Row key={person.id} person={person} to={addressOf(person.id)} />
        ))}
      </div>
    </div>
  );
}

function Row({ person, to }: { person: Person; to: string }) {
  const { t } = useTranslation();
  const me = useUser();
  const methodName = useMethodName();
  const name = person.name || person.email;
  const more = person.groups.length - SHOWN_GROUPS;
  return (
    <div
      role="row"
      className={cn(
        GRID,
        'relative rounded-xl border bg-surface p-4 shadow-sm transition-colors duration-100 hover:bg-hover',
        '@4xl:-mx-3 @4xl:h-16 @4xl:rounded-lg @4xl:border-0 @4xl:bg-transparent @4xl:px-3 @4xl:py-0 @4xl:shadow-none',
      )}
    >
      <div role="cell" className="flex min-w-0 items-center gap-3">
        <Avatar name={name} className={person.disabled ? 'bg-hover text-ink-3' : undefined} />
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-2">
            <Link
              to={to}
              replace
              className="min-w-0 truncate font-medium text-ink after:absolute after:inset-0 after:rounded-[inherit] hover:text-accent-text focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
              title={name}
            >
              {name}
            </Link>
            {person.id === me.id && <Chip className="!h-5">{t('admin.people.you')}</Chip>}
          </p>
          <p className="flex items-center gap-1.5 text-ink-3 text-sm">
            <span className="truncate" title={person.email}>
              {person.email}
            </span>
            <Verified verified={person.email_verified} />
          </p>
        </div>
      </div>
      <div role="cell" className="@max-4xl:mt-3 @max-4xl:mr-1.5 @max-4xl:inline-flex">
        {person.role === 'admin' ? (
          <Chip tone="accent" icon={ShieldCheck}>
            {t('admin.roles.admin')}
          </Chip>
        ) : (
          <span className="text-base text-ink-2 @max-4xl:hidden">{t('admin.roles.member')}</span>
        )}
        {person.role !== 'admin' && <Chip className="@4xl:hidden">{t('admin.roles.member')}</Chip>}
      </div>
      <div role="cell" className="@max-4xl:mt-3 @max-4xl:mr-1.5 @max-4xl:inline-flex">
        <StatusChip disabled={person.disabled} />
      </div>
      <div
        role="cell"
        className={cn(
          'min-w-0 gap-1 @4xl:flex @max-4xl:inline-flex @max-4xl:flex-wrap',
          person.groups.length === 0 && '@max-4xl:hidden',
        )}
      >
        {person.groups.slice(0, SHOWN_GROUPS).map((group) => (
          <Chip key={group} className="min-w-0 !shrink">
            {group}
          </Chip>
        ))}
        {more > 0 && (
          <span title={person.groups.join(', ')} className="self-center text-ink-3 text-xs tabular-nums">
            +{more}
          </span>
        )}
      </div>
      <div role="cell" className="truncate text-base text-ink-2 @max-4xl:mt-2 @max-4xl:text-sm">
        <LastSignIn at={person.last_login_at} />
      </div>
      <div
        role="cell"
        className="truncate text-base text-ink-2 @max-4xl:text-sm"
        title={person.sign_in_methods.map(methodName).join(', ')}
      >
        {person.sign_in_methods.map(methodName).join(', ') || t('admin.methodNone')}
      </div>
    </div>
  );
}

function LastSignIn({ at }: { at: string | null }) {
  const { t } = useTranslation();
  if (at === null) {
    return (
      <>
        <span className="@max-4xl:hidden">{t('admin.never')}</span>
        <span className="@4xl:hidden">{t('admin.people.neverSignedIn')}</span>
      </>
    );
  }
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      <span className="@max-4xl:hidden">{formatAgo(at)}</span>
      <span className="@4xl:hidden">{t('admin.people.lastSignIn', { ago: formatAgo(at) })}</span>
    </time>
  );
}

export function Verified({ verified }: { verified: boolean }) {
  const { t } = useTranslation();
  const Icon = verified ? BadgeCheck : MailWarning;
  const label = t(verified ? 'admin.people.verified' : 'admin.people.unverified');
  return (
    <span title={label} className={cn('relative z-10 shrink-0', verified ? 'text-ok' : 'text-warn')}>
      <Icon className="size-4" strokeWidth={1.85} aria-hidden />
      <span className="sr-only">{label}</span>
    </span>
  );
}

export function StatusChip({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Chip tone={disabled ? 'danger' : 'ok'}>
      {t(`admin.statuses.${disabled ? 'deactivated' : 'active'}`)}
    </Chip>
  );
}
