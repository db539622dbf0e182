import { ArrowRight, ChevronDown, CircleHelp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Fact, FactList } from '@/components/settings/Panel';
import { useMethodName } from '@/hooks/useMethodName';
import type { AuditEntry } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatAgo, formatExactTime } from '@/utils/format';
import { EVENT_ICONS, knownEvent } from './auditEvents';
import { Chip } from './Chip';
import { useEventName } from './useEventName';

const OUTCOME_TONES = { success: 'ok', refused: 'warn', failed: 'danger' } as const;

/** One entry in a line; opened, everything that was noted. */
export function AuditEntryRow({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const eventName = useEventName();
  const event = knownEvent(entry.event);
  const Icon = event ? EVENT_ICONS[event] : CircleHelp;
  const change = useChangeText(entry);
  const refused = entry.outcome !== 'success';
  return (
    <li className="border-b">
      <details className="group">
        <summary className="-mx-3 grid min-h-16 cursor-pointer list-none grid-cols-[2rem_minmax(0,1fr)_1rem] items-center gap-x-3 rounded-lg px-3 py-2.5 transition-colors duration-100 hover:bg-hover @4xl:grid-cols-[2rem_minmax(0,1fr)_13rem_8rem_1rem] [&::-webkit-details-marker]:hidden">
          <span
            className={cn(
              'grid size-8 place-items-center rounded-full',
              refused ? 'bg-warn-soft text-warn' : 'bg-hover text-ink-2',
              entry.outcome === 'failed' && 'bg-danger-soft text-danger',
            )}
          >
            <Icon className="size-4" strokeWidth={1.85} aria-hidden />
          </span>
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-medium text-base">{eventName(entry.event)}</span>
              {refused && (
                <Chip tone={OUTCOME_TONES[entry.outcome]} className="!h-5">
                  {t(`admin.audit.outcomes.${entry.outcome}`)}
                </Chip>
              )}
              {change && <span className="min-w-0 truncate text-ink-2 text-sm">{change}</span>}
            </span>
            <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-ink-3 text-sm">
              <Who entry={entry} />
            </span>
            <span className="mt-0.5 block truncate text-ink-3 text-sm @4xl:hidden">
              <Moment at={entry.at} />
              {entry.device && ` · ${entry.device}`}
              {entry.ip && ` · ${entry.ip}`}
            </span>
          </span>
          <span className="hidden min-w-0 text-sm @4xl:block">
            <span className="block truncate text-ink-2">{entry.device}</span>
            <span className="block truncate text-ink-3 tabular-nums">{entry.ip}</span>
          </span>
          <span className="hidden truncate text-ink-2 text-sm @4xl:block">
            <Moment at={entry.at} />
          </span>
          <ChevronDown
            className="size-4 text-ink-3 transition-transform duration-150 group-open:rotate-180"
            aria-hidden
          />
        </summary>
        <EntryFacts entry={entry} />
      </details>
    </li>
  );
}

const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} title={formatExactTime(at)}>
    {formatAgo(at)}
  </time>
);

function useActorName(): (entry: AuditEntry) => string {
  const { t } = useTranslation();
  return ({ actor, actor_id }) => actor ?? t(actor_id ? 'admin.audit.gone' : 'admin.audit.nobody');
}

/** Who did it, and to whom when that is somebody else. */
function Who({ entry }: { entry: AuditEntry }) {
  const actorName = useActorName();
  const { subject } = entry;
  return (
    <>
      <span className="min-w-0 truncate">{actorName(entry)}</span>
      {subject && subject !== entry.actor && (
        <>
          <ArrowRight className="size-3.5 shrink-0" aria-hidden />
          <span className="min-w-0 truncate">{subject}</span>
        </>
      )}
    </>
  );
}

const VALUES = {
  'user.role_changed': { admin: 'admin.roles.admin', member: 'admin.roles.member' },
  'user.active_changed': { True: 'admin.statuses.deactivated', False: 'admin.statuses.active' },
  'user.limit_changed': { None: 'admin.person.limits.general', '0': 'admin.person.limits.none' },
} as const;

/** What a detail of an entry says, in the words of these pages where they have any. */
function useWords(): (event: string, key: string, value: string) => string {
  const { t } = useTranslation();
  const methodName = useMethodName();
  return (event, key, value) => {
    if (key === 'method') return methodName(value);
    const subject = key === 'role' ? 'user.role_changed' : event;
    const words: Partial<Record<string, string>> =
      subject in VALUES ? VALUES[subject as keyof typeof VALUES] : {};
    const word = words[value];
    return word ? t(word as 'admin.roles.admin') : value || t('admin.audit.none');
  };
}

/** "Member → Administrator", when the entry says what was before and what is now. */
function useChangeText({ event, details }: AuditEntry): string | null {
  const { t } = useTranslation();
  const words = useWords();
  if (details?.before === undefined || details.after === undefined) return null;
  return t('admin.audit.change', {
    before: words(event, 'before', details.before),
    after: words(event, 'after', details.after),
  });
}

const DETAILS = [
  'before',
  'after',
  'role',
  'method',
  'count',
  'reason',
  'provider',
  'name',
  'scopes',
  'format',
  'kid',
  'invitation',
] as const;

function EntryFacts({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const actorName = useActorName();
  const words = useWords();
  const detailName = (key: string) => {
    const known = DETAILS.find((item) => item === key);
    return known ? t(`admin.audit.details.${known}`) : key;
  };
  const details = Object.entries(entry.details ?? {}).map(
    ([key, value]) => [detailName(key), words(entry.event, key, value)] as const,
  );
  const facts: (readonly [string, string | null | undefined])[] = [
    [t('admin.audit.facts.at'), formatExactTime(entry.at)],
    [t('admin.audit.facts.event'), entry.event],
    [t('admin.audit.facts.outcome'), t(`admin.audit.outcomes.${entry.outcome}`)],
    [t('admin.audit.facts.actor'), [actorName(entry), entry.actor_id].filter(Boolean).join(' · ')],
    [t('admin.audit.facts.subject'), [entry.subject, entry.subject_id].filter(Boolean).join(' · ')],
    [t('admin.audit.facts.ip'), entry.ip],
    [t('admin.audit.facts.device'), entry.user_agent],
    [t('admin.audit.facts.requestId'), entry.request_id],
    ...details,
  ];
  return (
    <div className="mb-3 rounded-xl border bg-surface p-4 shadow-sm @4xl:ml-11">
      <FactList>
        {facts.map(
          ([label, value]) =>
            value && (
              <Fact key={label} label={label}>
                {value}
              </Fact>
            ),
        )}
      </FactList>
      {entry.actor_id && (
        <Link
          to={`/admin/audit?user=${encodeURIComponent(entry.actor_id)}`}
          className="mt-3 inline-flex min-h-8 items-center rounded font-medium text-accent-text text-base underline-offset-4 hover:underline max-md:min-h-10"
        >
          {t('admin.audit.onlyActor', { name: actorName(entry) })}
        </Link>
      )}
    </div>
  );
}
