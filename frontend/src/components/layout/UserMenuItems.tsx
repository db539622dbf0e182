import { CircleUser, Command, Keyboard, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import type { DeferredMenuProps } from '@/components/ui/DeferredMenu';
import { Kbd } from '@/components/ui/Kbd';
import {
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  OpenMenu,
} from '@/components/ui/Menu';
import { useAuth } from '@/contexts/AuthContext';
import { useShell } from '@/contexts/ShellContext';
import { useErrorText } from '@/hooks/useErrorText';
import { setTheme, THEMES, type Theme, useTheme } from '@/hooks/useTheme';
import { pagesFor } from '@/pages/registry';

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const;

export default function UserMenuItems(menu: DeferredMenuProps) {
  const { t } = useTranslation();
  const { logout, user } = useAuth();
  const theme = useTheme();
  const navigate = useNavigate();
  const textOf = useErrorText();
  const { openPalette, openShortcuts } = useShell();

  const signOut = () =>
    logout().catch((error: unknown) => toast.error(t('auth.logoutFailed'), { description: textOf(error) }));

  return (
    <OpenMenu {...menu} side="top" className="w-64">
      <MenuItem onSelect={() => navigate('/settings/profile')}>
        <CircleUser aria-hidden />
        {t('tabs.settings.profile')}
      </MenuItem>
      <MenuItem onSelect={() => navigate('/settings/api-keys')}>
        <KeyRound aria-hidden />
        {t('tabs.settings.api-keys')}
      </MenuItem>
      {user &&
        pagesFor(user.role, 'account').map(({ to, label, icon: Icon }) => (
          <MenuItem key={to} onSelect={() => navigate(to)}>
            <Icon aria-hidden />
            {t(label)}
          </MenuItem>
        ))}
      <MenuItem onSelect={openPalette} className="max-md:hidden">
        <Command aria-hidden />
        {t('nav.commands')}
        <Kbd keys="mod+K" className="ml-auto" />
      </MenuItem>
      <MenuItem onSelect={openShortcuts} className="max-md:hidden">
        <Keyboard aria-hidden />
        {t('nav.shortcuts')}
        <Kbd keys="mod+/" className="ml-auto" />
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{t('nav.theme')}</MenuLabel>
      <MenuRadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
        {THEMES.map((item) => {
          const Icon = ICONS[item];
          return (
            <MenuRadioItem key={item} value={item} onSelect={(event) => event.preventDefault()}>
              <Icon aria-hidden />
              {t(`theme.${item}`)}
            </MenuRadioItem>
          );
        })}
      </MenuRadioGroup>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden />
        {t('nav.logout')}
      </MenuItem>
    </OpenMenu>
  );
}
