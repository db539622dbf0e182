import { CircleUser, Info, LibraryBig, type LucideIcon, MessageSquareQuote, Palette } from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface SettingsTab {
  /** The last part of the address: /settings/<id>. */
  id: 'profile' | 'appearance' | 'answers' | 'library' | 'about';
  group: 'you' | 'server';
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType>;
}

/** Every tab, in order. A new one is one line here, its module, and its name under `settings.tabs`. */
export const TABS: readonly [SettingsTab, ...SettingsTab[]] = [
  { id: 'profile', group: 'you', icon: CircleUser, page: lazy(() => import('./Profile')) },
  { id: 'appearance', group: 'you', icon: Palette, page: lazy(() => import('./Appearance')) },
  { id: 'answers', group: 'server', icon: MessageSquareQuote, page: lazy(() => import('./Answers')) },
  { id: 'library', group: 'server', icon: LibraryBig, page: lazy(() => import('./LibraryData')) },
  { id: 'about', group: 'server', icon: Info, page: lazy(() => import('./About')) },
];

export const GROUPS = ['you', 'server'] as const;
