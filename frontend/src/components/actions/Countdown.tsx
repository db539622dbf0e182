import { useTranslation } from 'react-i18next';
import { useNow } from '@/hooks/useNow';
import type { Action } from '@/services/types';
import { formatCountdown, secondsUntil } from '@/utils/countdown';
import { formatExactTime } from '@/utils/format';
import { formatMoment } from '@/utils/moment';

/** When something that was approved goes out, counted down from an hour before. */
export function Countdown({ action }: { action: Pick<Action, 'scheduled_at' | 'status'> }) {
  const { t } = useTranslation();
  const { scheduled_at: at, status } = action;
  const now = useNow(at !== null);
  const seconds = at ? secondsUntil(at, now) : 0;
  if (!at || seconds === 0 || status === 'executing') return t('actions.leavesNow');
  const left = formatCountdown(seconds);
  return (
    <time dateTime={at} title={formatExactTime(at)} className="tabular-nums">
      {left === null
        ? t('actions.leavesAt', { time: formatMoment(at, now) })
        : t('actions.leavesIn', { time: left })}
    </time>
  );
}
