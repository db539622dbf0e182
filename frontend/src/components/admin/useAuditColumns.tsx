import { ArrowRight, CircleHelp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { Column } from '@/components/ui/DataTable';
import type { AuditEntry } from '@/services/types';
import { cn } from '@/utils/cn';
import { formatAgo, formatExactTime } from '@/utils/format';
import { useActorName, useChangeText } from './AuditEntryFacts';
import { EVENT_ICONS, knownEvent } from './auditEvents';
import { useEventName } from './useEventName';

const OUTCOME_TONES = { success: 'ok', refused: 'warn', failed: 'danger' } as const;

/** The log's columns: what and who, from where, when. On phones the first tells all of it. */
export function useAuditColumns(): readonly Column<AuditEntry>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'event',
      header: t('admin.audit.facts.event'),
      width: 'minmax(0,1fr)',
      narrow: 'title',
      cell: (entry) => <Event entry={entry} />,
    },
    {
      id: 'device',
      header: t('admin.audit.facts.device'),
      width: '13rem',
      narrow: 'none',
      cell: ({ device, ip }) => (
        <span className="block text-sm">
          <span className="block truncate text-ink-2">{device}</span>
          <span className="block truncate text-ink-3 tabular-nums">{ip}</span>
        </span>
      ),
    },
    {
      id: 'at',
      header: t('admin.audit.facts.at'),
      width: '8rem',
      narrow: 'none',
      cell: ({ at }) => (
        <span className="block truncate text-ink-2 text-sm">
          <Moment at={at} />
        </span>
      ),
    },
  ];
}

function Event({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const eventName = useEventName();
  const event = knownEvent(entry.event);
  const Icon = event ? EVENT_ICONS[event] : CircleHelp;
  const change = useChangeText(entry);
  const refused = entry.outcome !== 'success';
  return (
    <div className="flex items-center gap-3">
      <span
        className={cn(
          'grid size-8 shrink-0 place-items-center rounded-full',
          refused ? 'bg-warn-soft text-warn' : 'bg-hover text-ink-2',
          entry.outcome === 'failed' && 'bg-danger-soft text-danger',
        )}
      >
        <Icon className="size-4" strokeWidth={1.85} aria-hidden />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium text-base">{eventName(entry.event)}</span>
          {refused && (
            <Chip tone={OUTCOME_TONES[entry.outcome]}>{t(`admin.audit.outcomes.${entry.outcome}`)}</Chip>
          )}
          {change && <span className="min-w-0 truncate text-ink-2 text-sm">{change}</span>}
        </p>
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-ink-3 text-sm">
          <Who entry={entry} />
        </p>
        <p className="mt-0.5 truncate text-ink-3 text-sm @4xl:hidden">
          <Moment at={entry.at} />
          {entry.device && ` · ${entry.device}`}
          {entry.ip && ` · ${entry.ip}`}
        </p>
      </div>
    </div>
  );
}

const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} title={formatExactTime(at)}>
    {formatAgo(at)}
  </time>
);

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
