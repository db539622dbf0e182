import { PanelLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Logo, LogoMark } from '@/components/Logo';
import { Button } from '@/components/ui/Button';
import { Tooltip } from '@/components/ui/Tooltip';
import { useShell } from '@/contexts/ShellContext';
import { cn } from '@/utils/cn';
import { History } from './History';
import { NavLinks } from './NavLinks';
import { UserMenu } from './UserMenu';

/** The navigation at the left, 16rem wide or a rail of icons. On phones `MobileBar` takes its place. */
export function Sidebar() {
  const { t } = useTranslation();
  const { collapsed, toggleSidebar } = useShell();
  const label = t(collapsed ? 'nav.expand' : 'nav.collapse');
  return (
    <aside
      data-print="hide"
      aria-label={t('nav.sidebar')}
      className={cn(
        'hidden shrink-0 flex-col border-r bg-sidebar transition-[width] duration-200 ease-out md:flex',
        collapsed ? 'w-[3.5rem]' : 'w-64',
      )}
    >
      <div
        className={cn(
          'flex h-14 shrink-0 items-center',
          collapsed ? 'justify-center' : 'justify-between pr-2 pl-4',
        )}
      >
        {!collapsed && (
          <Link to="/" className="flex rounded-md">
            <Logo />
          </Link>
        )}
        <Tooltip label={label} keys="mod+B" side="right">
          <Button
            variant="ghost"
            size="icon"
            aria-label={label}
            aria-expanded={!collapsed}
            onClick={toggleSidebar}
            className="group"
          >
            {collapsed ? (
              <>
                <LogoMark className="!size-6 group-hover:hidden" />
                <PanelLeft className="hidden group-hover:block" aria-hidden />
              </>
            ) : (
              <PanelLeft aria-hidden />
            )}
          </Button>
        </Tooltip>
      </div>
      <nav aria-label={t('nav.main')} className="px-2">
        <NavLinks iconsOnly={collapsed} />
      </nav>
      <div className="scroll-fade mt-2 min-h-0 flex-1 overflow-y-auto px-2 py-3">
        {!collapsed && <History />}
      </div>
      <div className="border-t p-2">
        <UserMenu iconOnly={collapsed} />
      </div>
    </aside>
  );
}
