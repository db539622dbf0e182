import { CircleAlert, CircleCheck, Clock, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DocumentStatus } from '@/services/types';
import { cn } from '@/utils/cn';

const LOOKS = {
  queued: { icon: Clock, tone: 'bg-hover text-ink-2' },
  processing: { icon: LoaderCircle, tone: 'bg-accent-soft text-accent-text' },
  indexed: { icon: CircleCheck, tone: 'text-ok' },
  failed: { icon: CircleAlert, tone: 'bg-danger-soft text-danger' },
} as const;

export function StatusChip({ status, className }: { status: DocumentStatus; className?: string }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = LOOKS[status];
  return (
    <span
      className={cn(
        'inline-flex h-6 items-center gap-1.5 rounded-full text-xs font-medium',
        status !== 'indexed' && 'px-2',
        tone,
        className,
      )}
    >
      <Icon
        className={cn('size-3.5', status === 'processing' && 'animate-spin')}
        strokeWidth={2}
        aria-hidden
      />
      {t(`status.${status}`)}
    </span>
  );
}
