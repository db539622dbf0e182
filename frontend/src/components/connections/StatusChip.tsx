import {
  CircleCheck,
  CircleDot,
  CirclePause,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Plug,
  TriangleAlert,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { Connection, ConnectionStatus } from '@/services/types';
import { isHeld, isUnallowed } from '@/utils/connectionState';

type Look = { icon: LucideIcon; tone: 'plain' | 'accent' | 'ok' | 'warn' | 'danger' };

const LOOKS: Record<ConnectionStatus | 'unallowed' | 'held', Look> = {
  unallowed: { icon: Plug, tone: 'warn' },
  held: { icon: CircleDot, tone: 'warn' },
  connecting: { icon: LoaderCircle, tone: 'accent' },
  syncing: { icon: LoaderCircle, tone: 'accent' },
  ready: { icon: CircleCheck, tone: 'ok' },
  waiting: { icon: Clock, tone: 'plain' },
  paused: { icon: CirclePause, tone: 'plain' },
  attention: { icon: TriangleAlert, tone: 'danger' },
  quarantined: { icon: TriangleAlert, tone: 'warn' },
};

/** How a connection stands, in a word. */
export function StatusChip({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const status = isUnallowed(connection) ? 'unallowed' : isHeld(connection) ? 'held' : connection.status;
  const { icon, tone } = LOOKS[status];
  return (
    <Chip size="md" icon={icon} tone={tone} busy={icon === LoaderCircle} className="shrink-0">
      {t(`connections.status.${status}`)}
    </Chip>
  );
}
