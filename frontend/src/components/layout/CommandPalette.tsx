import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import {
  FileText,
  FolderPlus,
  Keyboard,
  LibraryBig,
  type LucideIcon,
  MessageSquare,
  Monitor,
  Moon,
  Search,
  Settings,
  ShieldCheck,
  SquarePen,
  Sun,
} from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useUploadActions } from '@/components/library/UploadArea';
import { TABS } from '@/components/settings/tabs';
import { useUser } from '@/contexts/AuthContext';
import { useConversations } from '@/hooks/useConversations';
import { useDebounced } from '@/hooks/useDebounced';
import { setTheme } from '@/hooks/useTheme';
import { listDocuments } from '@/services/documents';
import { keys } from '@/services/queries';
import { conversationPath, documentPath } from '@/utils/paths';
import { useShell } from './ShellContext';

const SHOWN = 6;

/** Reaches every page, conversation and document from the keyboard. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { openShortcuts } = useShell();
  const { role } = useUser();
  const { pickFiles } = useUploadActions();
  const [query, setQuery] = useState('');
  const wanted = useDebounced(query.trim(), 150);
  const conversations = useConversations().data?.pages.flatMap((page) => page.items) ?? [];
  const documents = useQuery({
    // Not the key of the library's list, whose entry holds pages.
    queryKey: [...keys.documents, 'palette', wanted],
    queryFn: ({ signal }) => listDocuments({ q: wanted }, undefined, signal),
    enabled: wanted.length > 1,
  });

  const run = (action: () => void) => {
    onClose();
    action();
  };
  const go = (path: string) => () => run(() => navigate(path));

  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-in bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="-translate-x-1/2 fixed top-[max(1rem,14dvh)] left-1/2 z-50 w-[min(calc(100vw-2rem),36rem)] animate-rise overflow-hidden rounded-2xl border border-line-strong bg-surface shadow-lg outline-none"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <Command label={t('palette.title')} loop>
            <div className="flex items-center gap-3 border-b px-4">
              <Search className="size-4 shrink-0 text-ink-3" aria-hidden />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t('palette.placeholder')}
                className="h-12 w-full bg-transparent text-md outline-none"
              />
            </div>
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto overscroll-contain p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-base text-ink-3">
                {t('palette.empty', { query })}
              </Command.Empty>
              <Group heading={t('palette.go')}>
                <Item icon={SquarePen} onSelect={go('/')}>
                  {t('nav.newChat')}
                </Item>
                <Item icon={LibraryBig} onSelect={go('/library')}>
                  {t('nav.library')}
                </Item>
                <Item icon={Search} onSelect={go('/search')}>
                  {t('nav.search')}
                </Item>
                <Item icon={Settings} onSelect={go('/settings')}>
                  {t('nav.settings')}
                </Item>
                {role === 'admin' && (
                  <Item icon={ShieldCheck} onSelect={go('/admin')}>
                    {t('nav.admin')}
                  </Item>
                )}
              </Group>
              {query.trim() && (
                <Group heading={t('nav.settings')}>
                  {TABS.map(({ id, icon }) => (
                    <Item
                      key={id}
                      icon={icon}
                      value={`${t('nav.settings')} ${t(`settings.tabs.${id}`)}`}
                      keywords={t(`palette.settings.${id}`).split(' ')}
                      onSelect={go(`/settings/${id}`)}
                    >
                      {t(`settings.tabs.${id}`)}
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading={t('palette.actions')}>
                <Item icon={FolderPlus} onSelect={() => run(pickFiles)}>
                  {t('palette.upload')}
                </Item>
                <Item icon={Keyboard} onSelect={() => run(openShortcuts)}>
                  {t('nav.shortcuts')}
                </Item>
                <Item icon={Sun} onSelect={() => run(() => setTheme('light'))}>
                  {t('palette.themeTo', { theme: t('theme.light') })}
                </Item>
                <Item icon={Moon} onSelect={() => run(() => setTheme('dark'))}>
                  {t('palette.themeTo', { theme: t('theme.dark') })}
                </Item>
                <Item icon={Monitor} onSelect={() => run(() => setTheme('system'))}>
                  {t('palette.themeTo', { theme: t('theme.system') })}
                </Item>
              </Group>
              {documents.data && documents.data.items.length > 0 && (
                <Group heading={t('palette.documents')}>
                  {documents.data.items.slice(0, SHOWN).map((item) => (
                    <Item
                      key={item.id}
                      icon={FileText}
                      value={`${query} ${item.title} ${item.id}`}
                      onSelect={go(documentPath(item.id))}
                    >
                      {item.title}
                    </Item>
                  ))}
                </Group>
              )}
              {conversations.length > 0 && (
                <Group heading={t('palette.conversations')}>
                  {(query ? conversations : conversations.slice(0, SHOWN)).map((item) => (
                    <Item
                      key={item.id}
                      icon={MessageSquare}
                      value={`${item.title} ${item.id}`}
                      onSelect={go(conversationPath(item.id))}
                    >
                      {item.title}
                    </Item>
                  ))}
                </Group>
              )}
              {query.trim() && (
                <Group heading={t('nav.search')} always>
                  <Item
                    icon={Search}
                    value="-"
                    always
                    onSelect={go(`/search?q=${encodeURIComponent(query.trim())}`)}
                  >
                    {t('palette.searchFor', { query: query.trim() })}
                  </Item>
                </Group>
              )}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const Group = ({ heading, always, children }: { heading: string; always?: boolean; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    forceMount={always}
    className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs"
  >
    {children}
  </Command.Group>
);

interface ItemProps {
  icon: LucideIcon;
  value?: string;
  /** Words that find it, beside its own. */
  keywords?: string[];
  /** Stays whatever is typed. */
  always?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

const Item = ({ icon: Icon, value, keywords, always, onSelect, children }: ItemProps) => (
  <Command.Item
    value={value}
    keywords={keywords}
    forceMount={always}
    onSelect={onSelect}
    className="flex min-h-9 items-center gap-3 rounded-lg px-3 py-1.5 text-base text-ink-2 data-[selected=true]:bg-hover data-[selected=true]:text-ink"
  >
    <Icon className="size-4 shrink-0 text-ink-3" strokeWidth={1.85} aria-hidden />
    <span className="truncate">{children}</span>
  </Command.Item>
);
