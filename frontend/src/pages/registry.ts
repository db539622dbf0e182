import {
  LibraryBig,
  type LucideIcon,
  Plug,
  Search,
  Send,
  Settings,
  ShieldCheck,
  SquarePen,
} from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { useAwaiting } from '@/hooks/useActions';
import { useBeingRead } from '@/hooks/useLibraryState';
import { withWords } from '@/locales';
import type { Role } from '@/services/types';

export interface PageEntry {
  /** As the router takes it. */
  path: string;
  page: LazyExoticComponent<ComponentType>;
  /** Who finds something there; without it everybody who is signed in. Others are told that there is nothing. */
  role?: Role;
}

export interface NamedPage extends PageEntry {
  label:
    | 'nav.newChat'
    | 'nav.library'
    | 'nav.search'
    | 'nav.actions'
    | 'nav.connections'
    | 'nav.settings'
    | 'nav.admin';
  icon: LucideIcon;
  /** Its address in links. */
  to: string;
  keys?: string;
  /** Where it is offered, beside the command palette, which offers all. */
  offered: 'sidebar' | 'account' | 'both';
  /** A hook: how many things wait there, and how that is said. Null: nothing to tell. */
  useBadge?: () => { count: number; label: 'nav.beingRead' | 'nav.awaiting' } | null;
}

/** Pages that need no session; each decides what it is to somebody who has one. */
export const OPEN_PAGES: readonly PageEntry[] = [
  { path: 'login', page: lazy(() => import('./Login')) },
  { path: 'register', page: lazy(() => import('./Register')) },
  { path: 'forgot', page: lazy(() => import('./Forgot')) },
  { path: 'reset', page: lazy(() => import('./Reset')) },
  { path: 'verify', page: lazy(() => import('./Verify')) },
  { path: 'link', page: lazy(() => import('./LinkAccount')) },
  { path: 'actions/decide', page: lazy(() => withWords(import('./Decide'), 'actions')) },
  { path: 'account-deleted', page: lazy(() => import('./AccountDeleted')) },
];

const Chat = lazy(() => import('./Chat'));

/** Pages with a name, in the order in which they are offered. Router, navigation and palette are made from these. */
export const NAMED_PAGES: readonly NamedPage[] = [
  {
    path: '',
    to: '/',
    page: Chat,
    label: 'nav.newChat',
    icon: SquarePen,
    keys: 'mod+shift+O',
    offered: 'sidebar',
  },
  {
    path: 'library',
    to: '/library',
    page: lazy(() => import('./Library')),
    label: 'nav.library',
    icon: LibraryBig,
    offered: 'sidebar',
    useBadge: useBeingRead,
  },
  {
    path: 'search',
    to: '/search',
    page: lazy(() => withWords(import('./Search'), 'search')),
    label: 'nav.search',
    icon: Search,
    offered: 'sidebar',
  },
  {
    path: 'actions',
    to: '/actions',
    page: lazy(() => withWords(import('./Actions'), 'actions')),
    label: 'nav.actions',
    icon: Send,
    offered: 'sidebar',
    useBadge: useAwaiting,
  },
  {
    path: 'connections',
    to: '/connections',
    page: lazy(() => withWords(import('./Connections'), 'connections')),
    label: 'nav.connections',
    icon: Plug,
    offered: 'sidebar',
  },
  {
    path: 'settings/:tab?',
    to: '/settings',
    page: lazy(() => withWords(import('./Settings'), 'settings')),
    label: 'nav.settings',
    icon: Settings,
    offered: 'account',
  },
  {
    path: 'admin/:tab?',
    to: '/admin',
    page: lazy(() => withWords(import('./Admin'), 'admin')),
    label: 'nav.admin',
    icon: ShieldCheck,
    role: 'admin',
    offered: 'both',
  },
];

/** Pages that are reached through others. */
export const INNER_PAGES: readonly PageEntry[] = [
  { path: 'c/:conversationId', page: Chat },
  { path: 'documents/:documentId', page: lazy(() => import('./Document')) },
  {
    path: 'actions/templates',
    page: lazy(() => withWords(import('./Templates'), 'actions')),
  },
  {
    path: 'actions/:actionId',
    page: lazy(() => withWords(import('./Action'), 'actions')),
  },
  {
    path: 'connections/new/:type',
    page: lazy(() => withWords(import('./Connect'), 'connections')),
  },
  {
    path: 'connections/:connectionId/:tab?',
    page: lazy(() => withWords(import('./Connection'), 'connections')),
  },
  { path: '*', page: lazy(() => import('./NotFound')) },
];

const isFor = (page: PageEntry, role: Role): boolean => !page.role || page.role === role;

/** The pages to offer somebody. */
export const pagesFor = (role: Role, where?: 'sidebar' | 'account'): NamedPage[] =>
  NAMED_PAGES.filter(
    (page) => isFor(page, role) && (!where || page.offered === where || page.offered === 'both'),
  );
