import type { ReactNode } from 'react';
import { cn } from '@/utils/cn';

const TONES = {
  plain: 'bg-hover text-ink-2',
  accent: 'bg-accent-soft text-accent-text',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
} as const;

/** A word about the thing beside it. */
export const Chip = ({ tone = 'plain', children }: { tone?: keyof typeof TONES; children: ReactNode }) => (
  <span
    className={cn(
      'inline-flex h-5 items-center gap-1 whitespace-nowrap rounded-full px-2 font-medium text-xs [&_svg]:size-3',
      TONES[tone],
    )}
  >
    {children}
  </span>
);
