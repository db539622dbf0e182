import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Ago } from '@/components/ui/Ago';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';
import { formatDateTime, formatNumber } from '@/utils/format';
import { formatMoment } from '@/utils/moment';
import { connectionPath } from '@/utils/paths';
import { usePace } from './usePace';

/** How much is here, when it was last looked, and when it is next; while it is read, how far that is. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { documents, last_sync_at: last, next_sync_at: next, progress } = connection;
  const paceOf = usePace();
  const busy = isBusy(connection);
  const unread = (['failed', 'skipped'] as const).filter((name) => (connection.items[name] ?? 0) > 0);
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-3 text-sm tabular-nums">
      <span>{t('connections.documents', { count: documents })}</span>
      {unread.map((name) => (
        <Link
          key={name}
          to={`${connectionPath(connection.id, 'items')}?status=${name}`}
          className="rounded underline decoration-line-2 underline-offset-2 hover:text-accent-text"
        >
          {t(`connections.why.${name}`, { count: connection.items[name] ?? 0 })}
        </Link>
      ))}
      {busy && progress && (
        <span>
          {[
            t('connections.soFar', {
              indexed: formatNumber(progress.indexed),
              seen: formatNumber(progress.seen),
            }),
            paceOf(progress),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      )}
      {last && (
        <span>
          {t('connections.lastSync')} <Ago at={last} />
        </span>
      )}
      {next && !busy && (
        <span>
          {t('connections.nextSync')}{' '}
          <time dateTime={next} title={formatDateTime(next)}>
            {formatMoment(next)}
          </time>
        </span>
      )}
    </p>
  );
}
