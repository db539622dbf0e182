import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import {
  FileText,
  FolderPlus,
  Keyboard,
  type LucideIcon,
  MessageSquare,
  Monitor,
  Moon,
  Search,
  Sun,
} from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ADMIN_TABS } from '@/components/admin/tabs';
import { TABS } from '@/components/settings/tabs';
import { useUser } from '@/contexts/AuthContext';
import { useShell } from '@/contexts/ShellContext';
import { useUploadActions } from '@/contexts/UploadContext';
import { useConversations } from '@/hooks/useConversations';
import { useDebounced } from '@/hooks/useDebounced';
import { setTheme, THEMES } from '@/hooks/useTheme';
import { pagesFor } from '@/pages/registry';
import { listDocuments } from '@/services/documents';
import { keys } from '@/services/queries';
import { conversationPath, documentPath } from '@/utils/paths';
import { rank } from '@/utils/rank';

const SHOWN = 6;
const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor } as const;

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
          <Command
            label={t('palette.title')}
            loop
            filter={(_, typed, [name = '', ...keywords] = []) => rank(typed, name, keywords)}
          >
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
                {pagesFor(role).map(({ to, label, icon }) => (
                  <Item key={to} id={to} icon={icon} name={t(label)} onSelect={go(to)} />
                ))}
              </Group>
              {query.trim() && (
                <Group heading={t('nav.settings')}>
                  {TABS.map(({ id, icon }) => (
                    <Item
                      key={id}
                      id={`settings/${id}`}
                      icon={icon}
                      name={t(`tabs.settings.${id}`)}
                      keywords={`${t('nav.settings')} ${t(`palette.settings.${id}`)}`}
                      onSelect={go(`/settings/${id}`)}
                    />
                  ))}
                </Group>
              )}
              {query.trim() && role === 'admin' && (
                <Group heading={t('nav.admin')}>
                  {ADMIN_TABS.map(({ id, icon }) => (
                    <Item
                      key={id}
                      id={`admin/${id}`}
                      icon={icon}
                      name={t(`tabs.admin.${id}`)}
                      keywords={t('nav.admin')}
                      onSelect={go(`/admin/${id}`)}
                    />
                  ))}
                </Group>
              )}
              <Group heading={t('palette.actions')}>
                <Item
                  id="upload"
                  icon={FolderPlus}
                  name={t('palette.upload')}
                  onSelect={() => run(pickFiles)}
                />
                <Item
                  id="shortcuts"
                  icon={Keyboard}
                  name={t('nav.shortcuts')}
                  onSelect={() => run(openShortcuts)}
                />
                {THEMES.map((theme) => (
                  <Item
                    key={theme}
                    id={`theme ${theme}`}
                    icon={THEME_ICONS[theme]}
                    name={t('palette.themeTo', { theme: t(`theme.${theme}`) })}
                    onSelect={() => run(() => setTheme(theme))}
                  />
                ))}
              </Group>
              {documents.data && documents.data.items.length > 0 && (
                <Group heading={t('palette.documents')}>
                  {documents.data.items.slice(0, SHOWN).map((item) => (
                    <Item
                      key={item.id}
                      id={item.id}
                      icon={FileText}
                      name={item.title}
                      keywords={query} // the server found it by what was typed, in its own way
                      onSelect={go(documentPath(item.id))}
                    />
                  ))}
                </Group>
              )}
              {conversations.length > 0 && (
                <Group heading={t('palette.conversations')}>
                  {(query ? conversations : conversations.slice(0, SHOWN)).map((item) => (
                    <Item
                      key={item.id}
                      id={item.id}
                      icon={MessageSquare}
                      name={item.title}
                      onSelect={go(conversationPath(item.id))}
                    />
                  ))}
                </Group>
              )}
              {query.trim() && (
                <Group heading={t('nav.search')} always>
                  <Item
                    id="search"
                    icon={Search}
                    name={t('palette.searchFor', { query: query.trim() })}
                    always
                    onSelect={go(`/search?q=${encodeURIComponent(query.trim())}`)}
                  />
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
  /** Never shown nor searched. */
  id: string;
  icon: LucideIcon;
  name: string;
  /** Words that find it, beside its own. */
  keywords?: string;
  /** Stays whatever is typed. */
  always?: boolean;
  onSelect: () => void;
}

const Item = ({ id, icon: Icon, name, keywords, always, onSelect }: ItemProps) => (
  <Command.Item
    value={id}
    keywords={keywords ? [name, keywords] : [name]}
    forceMount={always}
    onSelect={onSelect}
    className="flex min-h-9 items-center gap-3 rounded-lg px-3 py-1.5 text-base text-ink-2 data-[selected=true]:bg-hover data-[selected=true]:text-ink"
  >
    <Icon className="size-4 shrink-0 text-ink-3" strokeWidth={1.85} aria-hidden />
    <span className="truncate">{name}</span>
  </Command.Item>
);
