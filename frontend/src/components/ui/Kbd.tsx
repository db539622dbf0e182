import { cn } from '@/utils/cn';
import { keyLabel } from '@/utils/platform';

/** Keys as they are printed on this machine's keyboard, e.g. "mod+K". */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd className={cn('inline-flex items-center gap-0.5 font-sans', className)}>
      {keys.split('+').map((key) => (
        <span
          key={key}
          className="inline-grid h-5 min-w-5 place-items-center rounded border border-line-strong bg-canvas px-1 text-2xs font-medium text-ink-3"
        >
          {keyLabel(key)}
        </span>
      ))}
    </kbd>
  );
}
