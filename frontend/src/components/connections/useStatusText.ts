import { useTranslation } from 'react-i18next';
import { useServerText } from '@/hooks/useErrorText';
import type { Connection } from '@/services/types';
import { isHeld, isUnallowed } from '@/utils/connectionState';
import { formatMoment } from '@/utils/moment';

/** How a connection stands, in a sentence that says what to do where something has to be done. */
export function useStatusText(): (connection: Connection, source: string) => string {
  const { t } = useTranslation();
  const serverText = useServerText();
  return (connection, source) => {
    const { status, status_reason: reason, next_sync_at: next } = connection;
    const why = reason && serverText(reason.message);
    if (isHeld(connection)) return t('connections.statusText.held');
    if (isUnallowed(connection)) return t('connections.statusText.unallowed', { source });
    if (status === 'waiting') {
      const time = next && formatMoment(next);
      if (!time) return why ?? t('connections.statusText.waiting');
      if (reason?.code === 'source_rate_limited') return t('connections.waitingForLimit', { time });
      return t('connections.waitingUntil', { time, reason: why ?? '' }).trim();
    }
    return why ?? t(`connections.statusText.${status}`, { source });
  };
}
