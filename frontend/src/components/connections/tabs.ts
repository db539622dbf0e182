import { Gauge, History, ListChecks, type LucideIcon } from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Connection } from '@/services/types';

interface ConnectionTab {
  /** The last part of the address: /connections/<connection>/<id>. */
  id: 'overview' | 'items' | 'runs';
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType<{ connection: Connection }>>;
}

export const CONNECTION_TABS: readonly [ConnectionTab, ...ConnectionTab[]] = [
  { id: 'overview', icon: Gauge, page: lazy(() => import('./Overview')) },
  { id: 'items', icon: ListChecks, page: lazy(() => import('./Items')) },
  { id: 'runs', icon: History, page: lazy(() => import('./Runs')) },
];
