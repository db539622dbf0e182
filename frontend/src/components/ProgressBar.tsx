import { cn } from '@/utils/cn';

interface ProgressBarProps {
  /** Between 0 and 1. */
  value: number;
  label: string;
  tone?: 'accent' | 'danger' | 'ok';
  className?: string;
}

const TONES = { accent: 'bg-accent', danger: 'bg-danger', ok: 'bg-ok' } as const;

export function ProgressBar({ value, label, tone = 'accent', className }: ProgressBarProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={cn('h-1 overflow-hidden rounded-full bg-active', className)}
    >
      <div
        className={cn('h-full rounded-full transition-[width] duration-200', TONES[tone])}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
