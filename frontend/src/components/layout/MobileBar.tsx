import { Menu as MenuIcon, SquarePen } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Logo } from '@/components/Logo';
import { Button, buttonStyles } from '@/components/ui/Button';

const MobileDrawer = lazy(() => import('./MobileDrawer'));

/** The navigation on phones: a bar at the top whose button opens a drawer. */
export function MobileBar() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <header
      data-print="hide"
      className="flex h-13 shrink-0 items-center justify-between border-b bg-canvas px-2 md:hidden"
    >
      <Button
        variant="ghost"
        size="icon"
        aria-label={t('nav.openMenu')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <MenuIcon aria-hidden />
      </Button>
      <Link to="/" className="rounded-md">
        <Logo />
      </Link>
      <Link to="/" aria-label={t('nav.newChat')} className={buttonStyles({ variant: 'ghost', size: 'icon' })}>
        <SquarePen aria-hidden />
      </Link>
      {open && (
        <Suspense>
          <MobileDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </header>
  );
}
