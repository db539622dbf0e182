import { CircleAlert, CircleCheck, History, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/utils/cn';

const LOOKS = {
  info: { icon: Info, sheet: 'bg-accent-soft', sign: 'text-accent-text' },
  plain: { icon: Info, sheet: 'bg-hover', sign: 'text-ink-3' },
  ok: { icon: CircleCheck, sheet: 'bg-ok-soft', sign: 'text-ok' },
  warn: { icon: TriangleAlert, sheet: 'bg-warn-soft', sign: 'text-warn' },
  past: { icon: History, sheet: 'bg-warn-soft', sign: 'text-warn' },
  danger: { icon: CircleAlert, sheet: 'bg-danger-soft', sign: 'text-danger' },
} as const satisfies Record<string, { icon: LucideIcon; sheet: string; sign: string }>;

const LAYOUTS = {
  card: 'animate-rise gap-3 rounded-xl border p-4',
  line: 'gap-2.5 rounded-lg px-3 py-2',
  bar: 'shrink-0 gap-2.5 border-b px-5 py-2.5',
} as const;

interface NoticeProps {
  id?: string;
  tone?: keyof typeof LOOKS;
  /** `card` by itself, `line` above a list, `bar` across the top of a document. */
  layout?: keyof typeof LAYOUTS;
  title?: string;
  /** Announced when it appears: `alert` for what went wrong, `status` for the rest. */
  role?: 'alert' | 'status';
  text?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** Something to know, within the page, for as long as it holds. */
export function Notice({
  id,
  tone = 'info',
  layout = 'card',
  title,
  role,
  text,
  className,
  children,
}: NoticeProps) {
  const { icon: Icon, sheet, sign } = LOOKS[tone];
  return (
    <div id={id} role={role} className={cn('flex items-start', LAYOUTS[layout], sheet, className)}>
      <Icon className={cn('mt-0.5 size-4 shrink-0', sign)} aria-hidden />
      <div className="min-w-0 flex-1 text-base">
        {title && <p className="break-words font-semibold">{title}</p>}
        {text && (
          <p className={cn('text-pretty break-words', title ? 'mt-0.5 text-ink-2' : 'text-ink')}>{text}</p>
        )}
        {children}
      </div>
    </div>
  );
}
