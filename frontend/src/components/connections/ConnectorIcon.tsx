import { ServiceSign } from '@/components/ServiceSign';
import { cn } from '@/utils/cn';

/** The sign of a service on its own tile. */
export function ConnectorIcon({ name, className }: { name: string | undefined; className?: string }) {
  return (
    <span
      aria-hidden
      className={cn('grid size-10 shrink-0 place-items-center rounded-xl bg-hover text-ink-2', className)}
    >
      <ServiceSign name={name} className="size-5" />
    </span>
  );
}
