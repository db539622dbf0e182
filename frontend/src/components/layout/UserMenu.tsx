import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { DeferredMenu } from '@/components/ui/DeferredMenu';
import { useUser } from '@/contexts/AuthContext';
import { cn } from '@/utils/cn';

const load = () => import('./UserMenuItems');
const UserMenuItems = lazy(load);

export function UserMenu({ iconOnly = false }: { iconOnly?: boolean }) {
  const { t } = useTranslation();
  const user = useUser();
  const name = user.name || user.email;
  return (
    <DeferredMenu
      label={t('nav.userMenu')}
      named={false}
      menu={(props) => <UserMenuItems {...props} />}
      preload={load}
      className={cn(
        'relative flex w-full items-center gap-2.5 rounded-lg text-left transition-colors hover:bg-hover data-[state=open]:bg-active',
        iconOnly ? 'justify-center py-1.5' : 'px-2 py-1.5',
      )}
    >
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent font-semibold text-on-accent text-xs"
      >
        {name.slice(0, 1).toUpperCase()}
      </span>
      {iconOnly && (
        <span className="sr-only">
          {t('nav.userMenu')}: {name}
        </span>
      )}
      {!iconOnly && (
        <span className="min-w-0">
          <span className="sr-only">{t('nav.userMenu')}: </span>
          <span className="block truncate font-medium text-base">{name}</span>
          {name !== user.email && <span className="block truncate text-ink-3 text-xs">{user.email}</span>}
        </span>
      )}
    </DeferredMenu>
  );
}
