import { type ReactNode, useId } from 'react';

/** One subject within the drawer. */
export function DrawerSection({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-6 border-t pt-5">
      <h3 id={id} className="font-semibold text-md">
        {title}
      </h3>
      {text && <p className="mt-0.5 text-pretty text-base text-ink-3">{text}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}
