import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { Dialog } from '@/components/ui/Dialog';
import { History } from './History';
import { NavLinks } from './NavLinks';
import { UserMenu } from './UserMenu';

export default function MobileDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { key } = useLocation();
  const openedAt = useRef(key);
  useEffect(() => {
    if (key !== openedAt.current) onClose();
  }, [key, onClose]);
  return (
    <Dialog open onOpenChange={onClose} title="BibliosAI" placement="left" className="!bg-sidebar">
      <nav aria-label={t('nav.main')} className="px-2 pt-2">
        <NavLinks onNavigate={onClose} />
      </nav>
      <div className="mt-2 min-h-0 flex-1 overflow-y-auto px-2 py-2">
        <History onNavigate={onClose} />
      </div>
      <div className="border-t p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
        <UserMenu />
      </div>
    </Dialog>
  );
}
