import type { ComponentProps } from 'react';
import { cn } from '@/utils/cn';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      {...rest}
      className={cn(
        'h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-base text-ink shadow-sm transition-[border-color,box-shadow] duration-150 max-md:text-[1rem]',
        'hover:border-ink-3 focus-visible:border-accent focus-visible:outline-none focus-visible:ring-3 focus-visible:ring-accent/20',
        'aria-invalid:border-danger aria-invalid:focus-visible:ring-danger/20 disabled:opacity-60',
        className,
      )}
    />
  );
}
