import { useTranslation } from 'react-i18next';
import type { Action } from '@/services/types';
import { formatMoment } from '@/utils/moment';

/** When it is to go out, if not at once: a part of what is approved. */
export function GoesOutAt({ action: { schedule_at } }: { action: Pick<Action, 'schedule_at'> }) {
  const { t } = useTranslation();
  if (!schedule_at) return null;
  return (
    <p className="text-base">
      <span className="text-ink-3">{t('actions.fields.schedule_at')}</span>{' '}
      <time dateTime={schedule_at} className="font-medium">
        {formatMoment(schedule_at)}
      </time>
    </p>
  );
}
