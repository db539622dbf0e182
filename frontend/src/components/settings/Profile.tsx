import { LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Button } from '@/components/ui/Button';
import { useAuth, useUser } from '@/contexts/AuthContext';
import { useErrorText } from '@/hooks/useErrorText';
import { Fact, FactList, Panel, TabBody } from './Panel';

/** Who is signed in. */
export default function Profile() {
  const { t } = useTranslation();
  const user = useUser();
  const { logout } = useAuth();
  const textOf = useErrorText();
  const signOut = () =>
    logout().catch((error: unknown) => toast.error(t('auth.logoutFailed'), { description: textOf(error) }));
  return (
    <TabBody title={t('settings.tabs.profile')} text={t('settings.profileText')}>
      <Panel>
        <div className="mb-5 flex items-center gap-3.5">
          <span
            aria-hidden
            className="grid size-11 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-text text-lg uppercase"
          >
            {[...(user.name || user.email)][0]}
          </span>
          <div className="min-w-0">
            <p className="truncate font-semibold text-md">{user.name || user.email}</p>
            <p className="text-base text-ink-3">{t(`settings.roles.${user.role}`)}</p>
          </div>
        </div>
        <FactList>
          <Fact label={t('settings.name')}>{user.name || t('settings.nameNone')}</Fact>
          <Fact label={t('settings.email')}>{user.email}</Fact>
          <Fact label={t('settings.role')}>{t(`settings.rolesText.${user.role}`)}</Fact>
        </FactList>
      </Panel>
      <Panel title={t('settings.session')} text={t('settings.sessionText')}>
        <Button onClick={() => void signOut()}>
          <LogOut aria-hidden />
          {t('settings.signOut')}
        </Button>
      </Panel>
    </TabBody>
  );
}
