import { CircleAlert, CircleCheck, CircleHelp, CircleMinus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/ui/Panel';
import type { Finding } from '@/services/types';
import { cn } from '@/utils/cn';
import { readable } from '@/utils/optionFields';

const LOOKS = {
  passed: { icon: CircleCheck, tone: 'text-ok' },
  failed: { icon: CircleAlert, tone: 'text-danger' },
  unknown: { icon: CircleHelp, tone: 'text-ink-3' },
  off: { icon: CircleMinus, tone: 'text-ink-3' },
} as const;
const NAMES = ['indexing', 'membership', 'groups', 'permissions', 'push'] as const;

/** What the connected account can do, as it was tried before the first synchronisation. */
export function Capabilities({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('connections.capabilities')} text={t('connections.capabilitiesText')}>
      <FindingList findings={findings} />
    </Panel>
  );
}

export function FindingList({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  return (
    <ul className="divide-y">
      {findings.map(({ name, state, message }) => {
        const { icon: Icon, tone } = LOOKS[state];
        const known = NAMES.find((one) => one === name);
        return (
          <li key={name} className="flex items-start gap-3 py-2.5 text-base first:pt-0 last:pb-0">
            <Icon className={cn('mt-0.5 size-4 shrink-0', tone)} aria-hidden />
            <div className="min-w-0">
              <p className="font-medium">
                {known ? t(`connections.capability.${known}`) : readable(name)}
                <span className={cn('ml-2 font-normal text-sm', tone)}>
                  {t(`connections.capabilityState.${state}`)}
                </span>
              </p>
              <p className="text-pretty break-words text-ink-2">{message}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
