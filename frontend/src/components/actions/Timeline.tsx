import { useTranslation } from 'react-i18next';
import { useUser } from '@/contexts/AuthContext';
import type { ActionStep } from '@/services/types';
import { formatExactTime } from '@/utils/format';
import { formatMoment } from '@/utils/moment';

/** Every transition: who, what, when and why. */
export function Timeline({ steps }: { steps: readonly ActionStep[] }) {
  const { t } = useTranslation();
  const { id: me } = useUser();
  return (
    <ol className="space-y-3">
      {steps.map((step) => (
        <li key={`${step.at} ${step.move}`} className="flex gap-3 text-base">
          <span aria-hidden className="mt-2 size-2 shrink-0 rounded-full bg-line-strong" />
          <div className="min-w-0">
            <p>
              <span className="font-medium">
                {step.actor_kind === 'person' && step.actor_id === me
                  ? t('actions.actor.you')
                  : ((step.actor_kind === 'assistant' ? null : step.actor_name) ??
                    t(`actions.actor.${step.actor_kind}`))}
              </span>{' '}
              {t(`actions.move.${step.move ?? 'begin'}`, {
                name: step.subject_name ?? t('actions.actor.gone'),
              })}
            </p>
            {step.reason && <p className="break-words text-ink-2">{step.reason}</p>}
            <p className="text-ink-3 text-sm">
              <time dateTime={step.at} title={formatExactTime(step.at)}>
                {formatMoment(step.at)}
              </time>{' '}
              · {t(`actions.status.${step.to}`)}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
