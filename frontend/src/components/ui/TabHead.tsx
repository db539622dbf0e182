import type { ReactNode } from 'react';

/** What a tab is about, with what can be done on it at the right. */
export const TabHead = ({ title, text, children }: { title: string; text: string; children?: ReactNode }) => (
  <div className="flex items-start justify-between gap-x-4 [&>button]:shrink-0">
    <div className="min-w-0 flex-1">
      <h2 className="font-semibold text-lg">{title}</h2>
      <p className="mt-0.5 text-pretty text-base text-ink-3" aria-live="polite">
        {text}
      </p>
    </div>
    {children}
  </div>
);
