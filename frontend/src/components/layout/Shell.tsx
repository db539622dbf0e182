import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { ErrorBoundary } from '@/components/ErrorBoundary';
import { UploadArea } from '@/components/library/UploadArea';
import { ChatProvider } from '@/contexts/ChatContext';
import { ShellContext } from '@/contexts/ShellContext';
import { useHotkey } from '@/hooks/useHotkey';
import { useStoredFlag } from '@/hooks/useStoredFlag';
import { MobileBar } from './MobileBar';
import { PageSkeleton } from './PageSkeleton';
import { Sidebar } from './Sidebar';

const CommandPalette = lazy(() => import('./CommandPalette'));
/** A page without notices is better than none. */
const Notices = lazy(() => import('./Notices').catch(() => ({ default: () => null })));
const ShortcutList = lazy(() => import('./ShortcutList'));

/** The frame of every signed-in page: sidebar, content, palette, shortcuts, uploads and notices. */
export default function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [collapsed, setCollapsed] = useStoredFlag('biblios:sidebar-collapsed');
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);

  useHotkey('mod+b', () => setCollapsed(!collapsed));
  useHotkey('mod+k', () => setPalette(!palette));
  useHotkey('mod+/', () => setShortcuts(!shortcuts));
  useHotkey('mod+shift+o', () => navigate('/'));

  const shell = {
    openPalette: () => setPalette(true),
    openShortcuts: () => setShortcuts(true),
    collapsed,
    toggleSidebar: () => setCollapsed(!collapsed),
  };

  return (
    <ShellContext value={shell}>
      <ChatProvider>
        <a
          href="#content"
          className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
        >
          {t('common.skipToContent')}
        </a>
        <div className="flex h-dvh flex-col overflow-hidden md:flex-row">
          <Sidebar />
          <MobileBar />
          <UploadArea>
            <main
              id="content"
              tabIndex={-1}
              className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none"
            >
              <ErrorBoundary resetKey={pathname}>
                <Suspense fallback={<PageSkeleton />}>
                  <Outlet />
                </Suspense>
              </ErrorBoundary>
            </main>
            <Suspense>
              {palette && <CommandPalette onClose={() => setPalette(false)} />}
              {shortcuts && <ShortcutList onClose={() => setShortcuts(false)} />}
            </Suspense>
          </UploadArea>
        </div>
        <Suspense>
          <Notices />
        </Suspense>
      </ChatProvider>
    </ShellContext>
  );
}
