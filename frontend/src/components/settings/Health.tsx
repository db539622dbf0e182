import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Loaded } from '@/components/ui/Loaded';
import { useServerText } from '@/hooks/useErrorText';
import { getReadiness } from '@/services/health';
import { cn } from '@/utils/cn';

const POLL_MS = 15_000;

/** What the server depends on, each by name, looked at again and again. */
export function Health() {
  const { t } = useTranslation();
  const serverText = useServerText();
  const health = useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => getReadiness(signal),
    refetchInterval: POLL_MS,
  });
  return (
    <Loaded query={health} errorTitle={t('settings.errorTitle')} live>
      {({ dependencies }) => (
        <ul className="divide-y">
          {Object.entries(dependencies).map(([name, { status, latency_ms, detail }]) => (
            <li
              key={name}
              className="flex flex-wrap items-baseline gap-x-3 py-2.5 text-base first:pt-0 last:pb-0"
            >
              <span
                aria-hidden
                className={cn('size-2 rounded-full', status === 'ok' ? 'bg-ok' : 'bg-danger')}
              />
              <span className="first-letter:uppercase">{name.replaceAll('_', ' ')}</span>
              <span className="ml-auto text-ink-3 text-sm tabular-nums">
                {status === 'ok' ? (
                  <>
                    {t('settings.healthOk')} · {t('settings.healthLatency', { ms: latency_ms })}
                  </>
                ) : (
                  <strong className="font-medium text-danger">{t('settings.healthDown')}</strong>
                )}
              </span>
              {detail && <span className="w-full pl-5 text-ink-3 text-sm">{serverText(detail)}</span>}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
