import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber } from '@/utils/format';

interface Pace {
  rate?: number | null;
  eta_s?: number | null;
}

const PER_MINUTE_BELOW = 1;

/** How fast a synchronisation is and how long it takes yet, as far as that is known; empty: it is not. */
export function usePace(): (pace: Pace) => string {
  const { t } = useTranslation();
  return ({ rate, eta_s: left }) =>
    [
      rate
        ? rate < PER_MINUTE_BELOW
          ? t('connections.pace.perMinute', { number: formatNumber(Math.max(1, Math.round(rate * 60))) })
          : t('connections.pace.perSecond', { number: formatNumber(Math.round(rate)) })
        : '',
      left ? t('connections.pace.left', { time: formatDuration(left) }) : '',
    ]
      .filter(Boolean)
      .join(' · ');
}
