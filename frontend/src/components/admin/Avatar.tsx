import { cn } from '@/utils/cn';

/** The first letter of somebody's name. */
export const Avatar = ({ name, className }: { name: string; className?: string }) => (
  <span
    aria-hidden
    className={cn(
      'grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-text text-sm uppercase',
      className,
    )}
  >
    {[...name][0]}
  </span>
);
