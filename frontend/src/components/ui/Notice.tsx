import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/utils/cn';

const LOOKS = {
  info: { icon: Info, sheet: 'bg-accent-soft', sign: 'text-accent-text' },
  ok: { icon: CircleCheck, sheet: 'bg-ok-soft', sign: 'text-ok' },
  warn: { icon: TriangleAlert, sheet: 'bg-warn-soft', sign: 'text-warn' },
  danger: { icon: CircleAlert, sheet: 'bg-danger-soft', sign: 'text-danger' },
} as const satisfies Record<string, { icon: LucideIcon; sheet: string; sign: string }>;

interface NoticeProps {
  tone: keyof typeof LOOKS;
  title: string;
  /** Announced when it appears: `alert` for what went wrong, `status` for the rest. */
  role?: 'alert' | 'status';
  text?: string;
  children?: ReactNode;
}

/** Something to know, within the page, for as long as it holds. */
export function Notice({ tone, title, role, text, children }: NoticeProps) {
  const { icon: Icon, sheet, sign } = LOOKS[tone];
  return (
    <div role={role} className={cn('flex animate-rise gap-3 rounded-xl border p-4', sheet)}>
      <Icon className={cn('mt-0.5 size-4 shrink-0', sign)} aria-hidden />
      <div className="min-w-0 flex-1 text-base">
        <p className="break-words font-semibold">{title}</p>
        {text && <p className="mt-0.5 text-pretty break-words text-ink-2">{text}</p>}
        {children}
      </div>
    </div>
  );
}
