import { Ellipsis } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { DeferredMenu } from '@/components/ui/DeferredMenu';
import type { Conversation } from '@/services/types';
import { cn } from '@/utils/cn';
import { conversationPath } from '@/utils/paths';

const loadMenu = () => import('./HistoryMenu');
const HistoryMenu = lazy(loadMenu);
const ConversationDialog = lazy(() => import('./ConversationDialogs'));

export function HistoryItem({
  conversation,
  onNavigate,
}: {
  conversation: Conversation;
  onNavigate?: () => void;
}) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null);
  return (
    <li className="group/item relative">
      <NavLink
        to={conversationPath(conversation.id)}
        onClick={onNavigate}
        className={({ isActive }) =>
          cn(
            'block truncate rounded-lg py-1.5 pr-8 pl-2.5 text-base transition-colors duration-100 max-md:py-2.5',
            isActive ? 'bg-active font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
          )
        }
      >
        {conversation.title}
      </NavLink>
      <DeferredMenu
        label={t('nav.conversationActions', { title: conversation.title })}
        menu={(props) => <HistoryMenu {...props} onAsk={setAsking} />}
        preload={loadMenu}
        className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded-md text-ink-3 opacity-0 hover:bg-active hover:text-ink focus-visible:opacity-100 group-hover/item:opacity-100 data-[state=open]:opacity-100 max-md:size-9 max-md:opacity-100"
      >
        <Ellipsis className="size-4" aria-hidden />
      </DeferredMenu>
      {asking && (
        <Suspense>
          <ConversationDialog asking={asking} conversation={conversation} onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </li>
  );
}
