import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Skeleton } from '@/components/Skeleton';
import { cn } from '@/utils/cn';

/** The head of a tab and what belongs to it. */
export const TabBody = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <>
    <h2 className="font-semibold text-lg">{title}</h2>
    <p className="mt-0.5 text-pretty text-base text-ink-3">{text}</p>
    <div className="mt-6 space-y-6">{children}</div>
  </>
);

interface PanelProps {
  title?: string;
  text?: string;
  /** A button for the subject as a whole, beside its title. */
  action?: ReactNode;
  children: ReactNode;
}

/** One subject within a tab, on its own sheet. */
export const Panel = ({ title, text, action, children }: PanelProps) => (
  <section className="rounded-2xl border bg-surface p-5 shadow-sm">
    <div
      className={cn('flex justify-between gap-x-4 gap-y-3', text ? 'flex-wrap items-start' : 'items-center')}
    >
      <div className={cn('min-w-0 flex-1', text && 'basis-60')}>
        {title && <h3 className="font-semibold text-md">{title}</h3>}
        {text && <p className="mt-0.5 text-pretty text-base text-ink-3">{text}</p>}
      </div>
      {action}
    </div>
    <div className={title ? 'mt-4' : undefined}>{children}</div>
  </section>
);

export const FactList = ({ children }: { children: ReactNode }) => <dl className="divide-y">{children}</dl>;

export const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid gap-x-4 gap-y-0.5 py-2.5 text-base first:pt-0 last:pb-0 sm:grid-cols-[9rem_1fr]">
    <dt className="text-ink-3">{label}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

/** One thing of a list within a panel: a sign, what it is, and what can be done with it. */
export const Row = ({ icon: Icon, action, children }: RowProps) => (
  <li className="flex items-center gap-x-3.5 gap-y-2 py-3.5 first:pt-0 last:pb-0 max-sm:flex-wrap">
    <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-lg bg-hover text-ink-2">
      <Icon className="size-[1.125rem]" strokeWidth={1.75} />
    </span>
    <div className="min-w-0 flex-1 text-base">{children}</div>
    {action}
  </li>
);

interface RowProps {
  icon: LucideIcon;
  action?: ReactNode;
  children: ReactNode;
}

/** What stands in a panel until its facts are there. */
export const PanelSkeleton = ({ label }: { label: string }) => (
  <div role="status" aria-busy="true" aria-label={label} className="space-y-4 py-1">
    <Skeleton className="h-4 w-2/3" />
    <Skeleton className="h-4 w-1/2" />
    <Skeleton className="h-4 w-3/5" />
  </div>
);
