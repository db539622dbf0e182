import { type LucideIcon, MailPlus, ScrollText, SlidersHorizontal, Users } from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

interface AdminTab {
  /** The last part of the address: /admin/<id>. */
  id: 'people' | 'invitations' | 'audit' | 'workspace';
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType>;
}

export const ADMIN_TABS: readonly [AdminTab, ...AdminTab[]] = [
  { id: 'people', icon: Users, page: lazy(() => import('./People')) },
  { id: 'invitations', icon: MailPlus, page: lazy(() => import('./Invitations')) },
  { id: 'audit', icon: ScrollText, page: lazy(() => import('./Audit')) },
  { id: 'workspace', icon: SlidersHorizontal, page: lazy(() => import('./Workspace')) },
];
