import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Fact, FactList } from '@/components/ui/Panel';
import { useMethodName } from '@/hooks/useMethodName';
import type { AuditEntry } from '@/services/types';
import { formatExactTime } from '@/utils/format';

export function useActorName(): (entry: AuditEntry) => string {
  const { t } = useTranslation();
  return ({ actor, actor_id }) => actor ?? t(actor_id ? 'admin.audit.gone' : 'admin.audit.nobody');
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
export function useChangeText({ event, details }: AuditEntry): string | null {
  const { t } = useTranslation();
  const words = useWords();
  if (details?.before === undefined || details.after === undefined) return null;
  return t('admin.audit.change', {
    before: words(event, 'before', details.before),
    after: words(event, 'after', details.after),
  });
}

const DETAILS = [
  'person',
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
  'link',
  'parts',
  'by',
  'documents',
  'ids',
] as const;

/** Everything that was noted of an entry. */
export function AuditEntryFacts({ entry }: { entry: AuditEntry }) {
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
    <div className="rounded-xl border bg-surface p-4 shadow-sm @4xl:mt-1 @4xl:mb-3 @4xl:ml-11">
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
