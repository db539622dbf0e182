import { type ReactNode, useId } from 'react';

interface FieldFrameProps {
  label: string;
  hint?: string;
  error?: string;
  children: (given: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A field that is no plain input, with its label, its hint and its error, tied together for screen readers. */
export function FieldFrame({ label, hint, error, children }: FieldFrameProps) {
  const id = useId();
  const noted = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': noted ? `${id}-note` : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {noted && (
        <p
          id={`${id}-note`}
          className={
            error ? 'mt-1.5 animate-rise text-danger text-sm' : 'mt-1.5 text-pretty text-ink-3 text-sm'
          }
        >
          {noted}
        </p>
      )}
    </div>
  );
}

export const TEXT_AREA =
  'block w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-base text-ink shadow-sm transition-[border-color,box-shadow] duration-150 hover:border-ink-3 focus-visible:border-accent focus-visible:outline-none focus-visible:ring-3 focus-visible:ring-accent/20 aria-invalid:border-danger max-md:text-[1rem]';
