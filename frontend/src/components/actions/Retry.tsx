import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/ui/Button';
import { MAY_BE_SENT_TWICE } from '@/services/actions';
import type { ActionStatus } from '@/services/types';

interface RetryProps {
  status: ActionStatus;
  busy: boolean;
  onRetry: (confirm: string[]) => void;
}

/** The same once more; of what may have been sent only with the word that it may be sent twice. */
export function Retry({ status, busy, onRetry }: RetryProps) {
  const { t } = useTranslation();
  const [accepted, setAccepted] = useState(false);
  const doubtful = status === 'unknown';
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {doubtful && (
        <label className="flex items-center gap-2.5 text-base max-md:min-h-10">
          <input
            type="checkbox"
            checked={accepted}
            onChange={(event) => setAccepted(event.target.checked)}
            className="size-4 shrink-0 accent-accent"
          />
          {t('actions.mayBeTwice')}
        </label>
      )}
      <Button
        className="max-md:h-11"
        busy={busy}
        disabled={doubtful && !accepted}
        onClick={() => onRetry(doubtful ? [MAY_BE_SENT_TWICE] : [])}
      >
        {t('actions.retry')}
      </Button>
    </div>
  );
}
