import { ChevronDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/utils/cn';

interface FilterButtonProps extends ComponentProps<'button'> {
  label: string;
  /** What is chosen: how many values, or the value itself. Nothing when nothing is. */
  chosen?: ReactNode;
}

/** Opens a filter, and says what is chosen in it. Put it into the trigger of a menu or a popover with `asChild`. */
export const FilterButton = ({ label, chosen, ...rest }: FilterButtonProps) => (
  <button
    type="button"
    {...rest}
    className={cn(
      'inline-flex h-8 max-w-full shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border px-3 font-medium text-sm transition-colors max-md:h-9',
      chosen
        ? 'border-accent/40 bg-accent-soft text-accent-text'
        : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover',
    )}
  >
    <span className="truncate">{label}</span>
    {chosen ? <span className="max-w-36 shrink-0 truncate font-normal tabular-nums">{chosen}</span> : null}
    <ChevronDown className="size-3.5 shrink-0 opacity-70" aria-hidden />
  </button>
);
