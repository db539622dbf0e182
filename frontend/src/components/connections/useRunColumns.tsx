import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/Ago';
import { Chip } from '@/components/ui/Chip';
import type { Column } from '@/components/ui/DataTable';
import { useServerText } from '@/hooks/useErrorText';
import type { RunStatus, SyncRun } from '@/services/types';
import { formatDuration, formatNumber } from '@/utils/format';
import { usePace } from './usePace';

const TONES: Readonly<Record<RunStatus, 'accent' | 'quiet' | 'warn' | 'danger'>> = {
  running: 'accent',
  complete: 'quiet',
  partial: 'warn',
  failed: 'danger',
};
const COUNTS = ['seen', 'indexed', 'unchanged', 'skipped', 'failed', 'hidden', 'deleted'] as const;

/** The columns of the synchronisations: when, for how long, how it ended, what became of the items, what it cost. */
export function useRunColumns(): readonly Column<SyncRun>[] {
  const { t } = useTranslation();
  const serverText = useServerText();
  const paceOf = usePace();
  return [
    {
      id: 'started',
      header: t('connections.runs.started'),
      width: '8rem',
      narrow: 'title',
      cell: ({ started_at }) => (
        <span className="block truncate font-medium text-base">
          <Ago at={started_at} />
        </span>
      ),
    },
    {
      id: 'status',
      header: t('connections.runs.status'),
      width: '7.5rem',
      narrow: 'inline',
      cell: ({ status }) => (
        <Chip size="md" tone={TONES[status]}>
          {t(`connections.runStatus.${status}`)}
        </Chip>
      ),
    },
    {
      id: 'duration',
      header: t('connections.runs.duration'),
      width: '7.5rem',
      narrow: 'inline',
      cell: ({ started_at, ended_at, rate, eta_s }) => (
        <span className="block text-ink-2 text-sm tabular-nums">
          <span className="block truncate">
            {ended_at
              ? formatDuration((Date.parse(ended_at) - Date.parse(started_at)) / 1000)
              : t('connections.runs.underWay')}
          </span>
          <span className="block text-pretty text-ink-3 text-xs">{paceOf({ rate, eta_s })}</span>
        </span>
      ),
    },
    {
      id: 'counts',
      header: t('connections.runs.counts'),
      width: 'minmax(0,1fr)',
      narrow: 'line',
      cell: (run) => {
        const counts = COUNTS.filter((name) => name === 'seen' || run[name] > 0)
          .map((name) => t(`connections.runCounts.${name}`, { number: formatNumber(run[name]) }))
          .join(', ');
        return (
          <span className="block text-sm">
            <span className="block text-pretty text-ink-2 tabular-nums">{counts}</span>
            {run.reason && (
              <span className="line-clamp-2 text-pretty text-danger" title={serverText(run.reason.message)}>
                {serverText(run.reason.message)}
              </span>
            )}
          </span>
        );
      },
    },
    {
      id: 'calls',
      header: t('connections.runs.calls'),
      width: '6rem',
      narrow: 'inline',
      align: 'end',
      cell: ({ calls }) => (
        <span className="block truncate text-ink-3 text-sm">
          {t('connections.runs.callCount', { count: calls })}
        </span>
      ),
    },
  ];
}
