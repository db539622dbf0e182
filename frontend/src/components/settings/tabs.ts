import {
  CircleUser,
  Database,
  Info,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  MessageSquareQuote,
  MonitorSmartphone,
  Palette,
} from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface SettingsTab {
  /** The last part of the address: /settings/<id>. */
  id: 'profile' | 'sign-in' | 'sessions' | 'api-keys' | 'data' | 'appearance' | 'answers' | 'about';
  group: 'you' | 'server';
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType>;
}

/** Every tab, in order. A new one is one line here, its module, and its name under `tabs.settings`. */
export const TABS: readonly [SettingsTab, ...SettingsTab[]] = [
  { id: 'profile', group: 'you', icon: CircleUser, page: lazy(() => import('./Profile')) },
  { id: 'sign-in', group: 'you', icon: LockKeyhole, page: lazy(() => import('./SignIn')) },
  { id: 'sessions', group: 'you', icon: MonitorSmartphone, page: lazy(() => import('./Sessions')) },
  { id: 'api-keys', group: 'you', icon: KeyRound, page: lazy(() => import('./ApiKeys')) },
  { id: 'data', group: 'you', icon: Database, page: lazy(() => import('./Data')) },
  { id: 'appearance', group: 'you', icon: Palette, page: lazy(() => import('./Appearance')) },
  { id: 'answers', group: 'server', icon: MessageSquareQuote, page: lazy(() => import('./Answers')) },
  { id: 'about', group: 'server', icon: Info, page: lazy(() => import('./About')) },
];

export const GROUPS = ['you', 'server'] as const;
