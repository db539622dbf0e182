import { Popover as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '@/utils/cn';

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

/** A small sheet at its button, for what is more than a menu. Name it with `aria-label`. */
export function PopoverContent({
  className,
  ...rest
}: ComponentProps<typeof Radix.Content> & { 'aria-label': string }) {
  return (
    <Radix.Portal>
      <Radix.Content
        align="start"
        sideOffset={6}
        collisionPadding={8}
        {...rest}
        className={cn(
          'z-50 flex max-h-(--radix-popover-content-available-height) w-60 animate-in flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-lg outline-none',
          className,
        )}
      />
    </Radix.Portal>
  );
}
