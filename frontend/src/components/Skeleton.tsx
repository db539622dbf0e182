import { cn } from '@/utils/cn';

/** A grey shape where something will appear; hidden from screen readers, which hear the container's aria-busy. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={cn('skeleton block', className)} />
);

/** Lines of text to come, of natural lengths. */
export function SkeletonText({ lines = 3, className }: { lines?: number; className?: string }) {
  const widths = ['w-full', 'w-11/12', 'w-full', 'w-4/5', 'w-10/12', 'w-2/3'];
  return (
    <span className={cn('block space-y-2.5', className)}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
          key={line}
          className={cn('h-3.5', line === lines - 1 ? 'w-3/5' : widths[line % widths.length])}
        />
      ))}
    </span>
  );
}
