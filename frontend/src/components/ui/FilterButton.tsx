import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { PopoverTrigger } from '@/components/ui/Popover';
import { cn } from '@/utils/cn';

interface FilterButtonProps extends ComponentProps<typeof PopoverTrigger> {
  label: string;
  /** How many values are chosen. */
  count: number;
}

/** Opens a filter, and says how much is chosen in it. */
export const FilterButton = ({ label, count, ...rest }: FilterButtonProps) => (
  <PopoverTrigger
    {...rest}
    className={cn(
      'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-full border px-3 font-medium text-sm transition-colors max-md:h-9',
      count > 0
        ? 'border-accent/40 bg-accent-soft text-accent-text'
        : 'border-line-strong text-ink-2 hover:bg-hover hover:text-ink data-[state=open]:bg-hover',
    )}
  >
    {label}
    {count > 0 && <span className="tabular-nums">{count}</span>}
    <ChevronDown className="size-3.5 opacity-70" aria-hidden />
  </PopoverTrigger>
);
