import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/ui/Dialog';
import { Loaded } from '@/components/ui/Loaded';
import { useUser } from '@/contexts/AuthContext';
import { useItemWhy } from '@/hooks/useConnectionAccess';
import { useReasonText } from '@/hooks/useReasonText';
import { useSourceName } from '@/hooks/useSourceName';
import type { Connection, PersonSees, SourceItem } from '@/services/types';
import { formatDateTime } from '@/utils/format';
import { formatMoment } from '@/utils/moment';
import { AccountPicker } from './AccountPicker';

interface WhyDialogProps {
  connection: Connection;
  item: SourceItem;
  onClose: () => void;
}

/** Whether somebody sees an item, through what, or why not. Administrators ask about anybody, others about themselves. */
export function WhyDialog({ connection, item, onClose }: WhyDialogProps) {
  const { t } = useTranslation();
  const me = useUser();
  const [chosen, setChosen] = useState<{ id: string; name: string; email: string }>(me);
  const why = useItemWhy(connection.id, item.external_id, chosen.id);
  return (
    <Dialog open onOpenChange={onClose} title={t('connections.why.title')} placement="wide">
      <div className="min-h-0 space-y-4 overflow-y-auto px-5 pt-2 pb-5">
        <div className="min-w-0 text-base">
          <p className={item.title === null ? 'text-ink-3 italic' : 'break-words'}>
            {item.title ?? t('connections.why.untold')}
          </p>
          <p className="break-all font-mono text-2xs text-ink-3">{item.external_id}</p>
        </div>
        {me.role === 'admin' && (
          <AccountPicker label={t('connections.why.person')} value={chosen.id} onChange={setChosen} />
        )}
        <div aria-live="polite">
          <Loaded query={why} errorTitle={t('connections.why.errorTitle')}>
            {(found) => <Answer connection={connection} found={found} name={chosen.name || chosen.email} />}
          </Loaded>
        </div>
      </div>
    </Dialog>
  );
}

function Answer({ connection, found, name }: { connection: Connection; found: PersonSees; name: string }) {
  const { t } = useTranslation();
  const source = useSourceName()(connection.type);
  const textOf = useReasonText();
  const Icon = found.sees ? Eye : EyeOff;
  return (
    <section className="rounded-xl border bg-canvas p-4 text-base">
      <h3 className="flex items-start gap-2.5 font-semibold">
        <Icon className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
        <span className="min-w-0 break-words">
          {t(found.sees ? 'connections.why.sees' : 'connections.why.seesNot', { name })}
        </span>
      </h3>
      {found.sees ? (
        <ul className="mt-2 list-disc space-y-1 pl-6 text-ink-2">
          {found.reasons.map((reason) => (
            <li key={reason.principal} className="text-pretty break-words">
              {textOf(reason)}
            </li>
          ))}
        </ul>
      ) : (
        found.why_not && (
          <p className="mt-2 text-pretty text-ink-2">
            {t(`connections.why.whyNot.${found.why_not}`, { source })}
          </p>
        )
      )}
      <p className="mt-2 text-ink-3 text-sm">
        {[
          found.known_as.length > 0 &&
            t('connections.why.knownAs', { source, names: found.known_as.join(', ') }),
          found.as_of && t('why.asOf', { time: formatMoment(found.as_of) }),
        ]
          .filter(Boolean)
          .join(' · ')}
        {found.as_of && <span className="sr-only"> {formatDateTime(found.as_of)}</span>}
      </p>
    </section>
  );
}
