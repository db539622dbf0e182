import { CircleAlert, CircleCheck, CircleSlash, Clock, EyeOff, type LucideIcon, Trash2 } from 'lucide-react';
import type { ItemStatus } from '@/services/types';

export const ITEM_LOOKS: Readonly<
  Record<ItemStatus, { icon: LucideIcon; tone: 'quiet' | 'plain' | 'danger' | 'warn' }>
> = {
  processing: { icon: Clock, tone: 'plain' },
  indexed: { icon: CircleCheck, tone: 'quiet' },
  skipped: { icon: CircleSlash, tone: 'plain' },
  failed: { icon: CircleAlert, tone: 'danger' },
  hidden: { icon: EyeOff, tone: 'warn' },
  deleted: { icon: Trash2, tone: 'plain' },
};
