import type { DocumentStatus } from '@/services/types';
import { cn } from '@/utils/cn';

/** From done to not done, and what went wrong last. */
export const SHOWN_STATUSES = [
  'indexed',
  'processing',
  'queued',
  'failed',
] as const satisfies readonly DocumentStatus[];

const COLOURS: Record<DocumentStatus, string> = {
  queued: 'bg-line-strong',
  processing: 'bg-accent',
  indexed: 'bg-ok',
  failed: 'bg-danger',
};

/** The shares of each status, as a picture of the figures that stand below it. */
export function StatusBar({
  counts,
  total,
}: {
  counts: Partial<Record<DocumentStatus, number>>;
  total: number;
}) {
  return (
    <div aria-hidden className="mt-4 flex h-2 gap-0.5 overflow-hidden rounded-full bg-hover">
      {SHOWN_STATUSES.map((status) => {
        const count = counts[status] ?? 0;
        return (
          count > 0 && (
            <span
              key={status}
              className={cn('min-w-1 transition-[flex-grow] duration-300', COLOURS[status])}
              style={{ flexGrow: count / total }}
            />
          )
        );
      })}
    </div>
  );
}
