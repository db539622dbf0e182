import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/utils/cn';

const TONES = {
  plain: 'bg-hover text-ink-2',
  accent: 'bg-accent-soft text-accent-text',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
} as const;

export type Tone = keyof typeof TONES;

/** A state or a name in a few letters. */
export const Chip = ({
  tone = 'plain',
  icon: Icon,
  className,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  className?: string;
  children: ReactNode;
}) => (
  <span
    className={cn(
      'inline-flex h-6 max-w-full shrink-0 items-center gap-1.5 rounded-full px-2 font-medium text-xs',
      TONES[tone],
      className,
    )}
  >
    {Icon && <Icon className="size-3.5 shrink-0" strokeWidth={2} aria-hidden />}
    <span className="truncate">{children}</span>
  </span>
);
