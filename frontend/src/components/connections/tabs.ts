import { Gauge, History, ListChecks, type LucideIcon, Users } from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Connection } from '@/services/types';

interface ConnectionTab {
  /** The last part of the address: /connections/<connection>/<id>. */
  id: 'overview' | 'items' | 'people' | 'runs';
  icon: LucideIcon;
  /** Of whose connections it is a part; left out: of all. */
  mode?: Connection['mode'];
  page: LazyExoticComponent<ComponentType<{ connection: Connection }>>;
}

export const CONNECTION_TABS: readonly [ConnectionTab, ...ConnectionTab[]] = [
  { id: 'overview', icon: Gauge, page: lazy(() => import('./Overview')) },
  { id: 'items', icon: ListChecks, page: lazy(() => import('./Items')) },
  { id: 'people', icon: Users, mode: 'workspace', page: lazy(() => import('./People')) },
  { id: 'runs', icon: History, page: lazy(() => import('./Runs')) },
];
