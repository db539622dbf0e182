import { CalendarDays, Hash, type LucideIcon, Mail } from 'lucide-react';
import type { ActionKind } from '@/services/types';

export const KIND_ICONS: Readonly<Record<ActionKind, LucideIcon>> = {
  email: Mail,
  calendar: CalendarDays,
  slack: Hash,
};
