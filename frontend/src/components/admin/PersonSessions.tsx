import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { ConfirmAction } from '@/components/ConfirmAction';
import { Button } from '@/components/ui/Button';
import { Loaded } from '@/components/ui/Loaded';
import { useMethodName } from '@/hooks/useMethodName';
import { useEndSessionsOf, useSessionsOf } from '@/hooks/usePeople';
import type { Person } from '@/services/types';
import { formatAgo, formatDateTime } from '@/utils/format';
import { DrawerSection } from './DrawerSection';

/** Where somebody is signed in, and the way to end all of it. */
export function PersonSessions({ person, self }: { person: Person; self: boolean }) {
  const { t } = useTranslation();
  const methodName = useMethodName();
  const sessions = useSessionsOf(person.id);
  const end = useEndSessionsOf(person.id);
  const [asking, setAsking] = useState(false);
  return (
    <DrawerSection title={t('admin.person.sessions')}>
      <Loaded query={sessions} errorTitle={t('admin.person.sessionsError')}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-base text-ink-3">{t('admin.person.sessionsNone')}</p>
          ) : (
            <>
              <ul className="space-y-2.5">
                {items.map((session) => (
                  <li key={session.id} className="flex items-start gap-3">
                    <MonitorSmartphone className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
                    <div className="min-w-0 text-base">
                      <p>
                        {session.device}
                        {session.ip && <span className="text-ink-3"> · {session.ip}</span>}
                      </p>
                      <p className="text-ink-3 text-sm" title={formatDateTime(session.last_used_at)}>
                        {t('admin.person.sessionUsed', {
                          method: methodName(session.method),
                          ago: formatAgo(session.last_used_at),
                        })}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
              <Button size="sm" className="mt-3 max-md:h-10" onClick={() => setAsking(true)}>
                {t('admin.person.endSessions')}
              </Button>
            </>
          )
        }
      </Loaded>
      {asking && (
        <ConfirmAction
          title={t('admin.person.endTitle', { name: person.name || person.email })}
          description={t(self ? 'admin.person.endTextSelf' : 'admin.person.endText')}
          action={t('admin.person.endSessions')}
          run={() =>
            end.mutateAsync().then(({ ended }) => toast.success(t('admin.person.ended', { count: ended })))
          }
          onClose={() => setAsking(false)}
        />
      )}
    </DrawerSection>
  );
}
