import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/utils/cn';

const TONES = {
  plain: 'bg-hover text-ink-2',
  accent: 'bg-accent-soft text-accent-text',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  /** No sheet behind it: for what is as it should be, many times on a page. */
  quiet: 'px-0! text-ok',
} as const;

interface ChipProps {
  tone?: keyof typeof TONES;
  icon?: LucideIcon;
  /** `sm` beside a word, `md` in a column of its own. */
  size?: 'sm' | 'md';
  /** The icon turns: something is under way. */
  busy?: boolean;
  className?: string;
  children: ReactNode;
}

/** A state or a name in a few letters. It never breaks out of what holds it: a long one is cut. */
export const Chip = ({
  tone = 'plain',
  icon: Icon,
  size = 'sm',
  busy = false,
  className,
  children,
}: ChipProps) => (
  <span
    className={cn(
      'inline-flex min-w-0 max-w-full items-center gap-1.5 rounded-full px-2 align-middle font-medium text-xs',
      size === 'sm' ? 'h-5' : 'h-6',
      TONES[tone],
      className,
    )}
  >
    {Icon && <Icon className={cn('size-3.5 shrink-0', busy && 'animate-spin')} strokeWidth={2} aria-hidden />}
    <span className="truncate">{children}</span>
  </span>
);
