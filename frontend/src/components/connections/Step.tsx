import { type ReactNode, useId } from 'react';

/** A part of the way to a connection. */
export function Step({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-2xl border bg-surface p-4 shadow-sm sm:p-5">
      <h2 id={id} className="font-semibold text-md">
        {title}
      </h2>
      {text && <p className="mt-0.5 text-pretty text-base text-ink-3">{text}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
