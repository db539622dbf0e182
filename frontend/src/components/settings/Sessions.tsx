import { LogOut, Monitor, Smartphone, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { Chip } from '@/components/ui/Chip';
import { ConfirmDialog } from '@/components/ui/Dialog';
import { Loaded } from '@/components/ui/Loaded';
import { Panel, Row, TabBody } from '@/components/ui/Panel';
import { useAuth } from '@/contexts/AuthContext';
import { useErrorText } from '@/hooks/useErrorText';
import { useProviders } from '@/hooks/useProviders';
import { useEndOtherSessions, useEndSession, useSessions } from '@/hooks/useSessions';
import type { AccountSession } from '@/services/types';
import { formatDateTime } from '@/utils/format';

/** Where the person is signed in, and ending that. */
export default function Sessions() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const items = sessions.data?.items ?? [];
  return (
    <TabBody title={t('tabs.settings.sessions')} text={t('settings.sessionsText')}>
      <Panel>
        <Loaded query={sessions} errorTitle={t('settings.sessionsErrorTitle')}>
          {() => (
            <ul className="divide-y">
              {[...items.filter((item) => item.current), ...items.filter((item) => !item.current)].map(
                (item) => (
                  <SessionRow key={item.id} session={item} />
                ),
              )}
            </ul>
          )}
        </Loaded>
      </Panel>
      {sessions.data && <Others count={items.filter((item) => !item.current).length} />}
    </TabBody>
  );
}

function iconOf(device: string) {
  if (/iPhone|iPad|Android/.test(device)) return Smartphone;
  return /Command line|curl|Python/.test(device) ? SquareTerminal : Monitor;
}

function SessionRow({ session }: { session: AccountSession }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { logout } = useAuth();
  const end = useEndSession();
  const providers = useProviders().data;
  const { id, device, ip, method, current } = session;

  const endThis = () =>
    end.mutateAsync(id).then(
      () => toast.success(t('settings.sessionEnded', { device })),
      (error: unknown) => toast.error(t('settings.sessionEndFailed'), { description: textOf(error) }),
    );
  const signOut = () =>
    logout().catch((error: unknown) => toast.error(t('auth.logoutFailed'), { description: textOf(error) }));

  const way =
    method === 'password'
      ? t('settings.methods.password')
      : method === 'local'
        ? t('settings.methods.local')
        : t('settings.methods.provider', {
            provider: providers?.find((item) => item.name === method)?.label ?? method,
          });

  return (
    <Row
      icon={iconOf(device)}
      action={
        current ? (
          <Button size="sm" className="max-md:h-10 max-sm:[&_svg]:hidden" onClick={() => void signOut()}>
            <LogOut aria-hidden />
            {t('settings.signOut')}
          </Button>
        ) : (
          <Button
            size="sm"
            className="max-md:h-10"
            aria-label={t('settings.sessionEndLabel', { device })}
            busy={end.isPending}
            onClick={endThis}
          >
            {t('settings.sessionEnd')}
          </Button>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
        {device}
        {current && <Chip tone="accent">{t('settings.sessionThis')}</Chip>}
      </p>
      <p className="text-ink-3 text-sm">
        {way} · <span title={t('settings.sessionAddress')}>{ip}</span>
      </p>
      <p className="text-ink-3 text-sm">
        <Trans i18nKey="settings.sessionUsed" components={{ used: <Ago at={session.last_used_at} /> }} />
        {' · '}
        <span title={formatDateTime(session.created_at)}>
          <Trans i18nKey="settings.sessionSince" components={{ since: <Ago at={session.created_at} /> }} />
        </span>
      </p>
    </Row>
  );
}

/** Ends every session but this one, at once. */
function Others({ count }: { count: number }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const end = useEndOtherSessions();
  const [asking, setAsking] = useState(false);
  const confirm = () =>
    end
      .mutateAsync()
      .then(
        ({ ended }) => toast.success(t('settings.sessionsEnded', { count: ended })),
        (error: unknown) => toast.error(t('settings.sessionsEndFailed'), { description: textOf(error) }),
      )
      .finally(() => setAsking(false));
  if (count === 0) return <p className="px-1 text-base text-ink-3">{t('settings.sessionsOnly')}</p>;
  return (
    <Panel title={t('settings.sessionsOthers')} text={t('settings.sessionsOthersText')}>
      <Button onClick={() => setAsking(true)}>{t('settings.sessionsEnd', { count })}</Button>
      {asking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t('settings.sessionsEndTitle', { count })}
          description={t('settings.sessionsEndText')}
          action={t('settings.sessionsEndAction')}
          busy={end.isPending}
          onConfirm={confirm}
        />
      )}
    </Panel>
  );
}
