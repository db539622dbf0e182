import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/ui/Ago';
import type { Connection } from '@/services/types';
import { isBusy } from '@/utils/connectionState';
import { formatDateTime, formatNumber } from '@/utils/format';
import { formatMoment } from '@/utils/moment';

/** How much is here, when it was last looked, and when it is next; while it is read, how far that is. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { documents, last_sync_at: last, next_sync_at: next, progress } = connection;
  const busy = isBusy(connection);
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-3 text-sm tabular-nums">
      <span>{t('connections.documents', { count: documents })}</span>
      {busy && progress && (
        <span>
          {t('connections.soFar', {
            indexed: formatNumber(progress.indexed),
            seen: formatNumber(progress.seen),
          })}
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
