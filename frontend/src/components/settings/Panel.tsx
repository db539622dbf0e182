import type { ReactNode } from 'react';
import { Skeleton } from '@/components/Skeleton';

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
  children: ReactNode;
}

/** One subject within a tab, on its own sheet. */
export const Panel = ({ title, text, children }: PanelProps) => (
  <section className="rounded-2xl border bg-surface p-5 shadow-sm">
    {title && <h3 className="font-semibold text-md">{title}</h3>}
    {text && <p className="mt-0.5 text-pretty text-base text-ink-3">{text}</p>}
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

/** What stands in a panel until its facts are there. */
export const PanelSkeleton = ({ label }: { label: string }) => (
  <div role="status" aria-busy="true" aria-label={label} className="space-y-4 py-1">
    <Skeleton className="h-4 w-2/3" />
    <Skeleton className="h-4 w-1/2" />
    <Skeleton className="h-4 w-3/5" />
  </div>
);
