import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CopyBlock } from '@/components/ui/CopyBlock';
import { Fact, FactList, Panel } from '@/components/ui/Panel';
import type { Action } from '@/services/types';
import { formatExactTime } from '@/utils/format';
import { Timeline } from './Timeline';

const isWeb = (url: string | null | undefined): url is string => /^https?:\/\//i.test(url ?? '');

/** What became of an action: its receipt, its attempts, every transition, and the hash of what was shown. */
export function Record({ action }: { action: Action }) {
  const { t } = useTranslation();
  const { receipt, attempts, timeline, hash } = action;
  return (
    <div className="mt-6 space-y-6">
      <h2 className="sr-only">{t('actions.record')}</h2>
      {receipt && (
        <Panel title={t('actions.receipt')}>
          <FactList>
            <Fact label={t('actions.receiptNumber')}>
              <span className="break-all font-mono text-sm">{receipt.id}</span>
            </Fact>
            <Fact label={t('actions.receiptAt')}>
              <time dateTime={receipt.at}>{formatExactTime(receipt.at)}</time>
            </Fact>
            {Object.entries(receipt.details ?? {}).map(([name, value]) => (
              <Fact key={name} label={name.replaceAll('_', ' ')}>
                <span className="break-all">{value}</span>
              </Fact>
            ))}
          </FactList>
          {isWeb(receipt.url) && (
            <a
              href={receipt.url}
              target="_blank"
              rel="noreferrer"
              className="mt-3 inline-flex min-h-8 items-center gap-1.5 text-accent-text text-base underline-offset-4 hover:underline"
            >
              {t('actions.receiptLink')}
              <ExternalLink className="size-4" aria-hidden />
            </a>
          )}
        </Panel>
      )}
      {attempts.length > 0 && (
        <Panel title={t('actions.attempts')}>
          <FactList>
            {attempts.map((one) => (
              <Fact key={one.began_at} label={t('actions.attempt', { number: one.number })}>
                <span className="font-medium">{t(`actions.outcome.${one.outcome ?? 'under_way'}`)}</span>{' '}
                <time dateTime={one.began_at} className="text-ink-3 text-sm">
                  {formatExactTime(one.began_at)}
                </time>
                {one.reason && <span className="block break-words text-ink-2">{one.reason.message}</span>}
              </Fact>
            ))}
          </FactList>
        </Panel>
      )}
      <Panel title={t('actions.timeline')}>
        <Timeline steps={timeline} />
      </Panel>
      <Panel title={t('actions.hash')} text={t('actions.hashHint')}>
        <CopyBlock text={hash} label={t('actions.copyHash')} />
      </Panel>
    </div>
  );
}
