import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  PencilLine,
  TimerOff,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { ActionStatus } from '@/services/types';

type Look = { icon: LucideIcon; tone: 'plain' | 'accent' | 'ok' | 'warn' | 'danger' };

const LOOKS: Readonly<Record<ActionStatus, Look>> = {
  draft: { icon: PencilLine, tone: 'plain' },
  awaiting_approval: { icon: Hourglass, tone: 'accent' },
  approved: { icon: Clock, tone: 'accent' },
  scheduled: { icon: Clock, tone: 'accent' },
  executing: { icon: LoaderCircle, tone: 'accent' },
  succeeded: { icon: CircleCheck, tone: 'ok' },
  failed: { icon: CircleX, tone: 'danger' },
  unknown: { icon: CircleHelp, tone: 'warn' },
  rejected: { icon: Ban, tone: 'plain' },
  cancelled: { icon: Ban, tone: 'plain' },
  expired: { icon: TimerOff, tone: 'plain' },
};

/** Where an action stands. */
export function StateChip({ status }: { status: ActionStatus }) {
  const { t } = useTranslation();
  const { icon, tone } = LOOKS[status];
  return (
    <Chip icon={icon} tone={tone} size="md" busy={status === 'executing'}>
      {t(`actions.status.${status}`)}
    </Chip>
  );
}
