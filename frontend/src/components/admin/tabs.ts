import { type LucideIcon, MailPlus, ScrollText, Send, SlidersHorizontal, Users } from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

interface AdminTab {
  /** The last part of the address: /admin/<id>. */
  id: 'people' | 'invitations' | 'actions' | 'audit' | 'workspace';
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType>;
}

export const ADMIN_TABS: readonly [AdminTab, ...AdminTab[]] = [
  { id: 'people', icon: Users, page: lazy(() => import('./People')) },
  { id: 'invitations', icon: MailPlus, page: lazy(() => import('./Invitations')) },
  { id: 'actions', icon: Send, page: lazy(() => import('./ActionPolicy')) },
  { id: 'audit', icon: ScrollText, page: lazy(() => import('./Audit')) },
  { id: 'workspace', icon: SlidersHorizontal, page: lazy(() => import('./Workspace')) },
];
