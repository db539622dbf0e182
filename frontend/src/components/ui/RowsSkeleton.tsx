import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';
import { cn } from '@/utils/cn';

const WIDTHS = ['w-64', 'w-48', 'w-72', 'w-56', 'w-60', 'w-44', 'w-68', 'w-52'];

/** Rows to come, in the place of a list and as high as its rows. */
export function RowsSkeleton({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" aria-label={t('common.loading')} className="border-t">
      {WIDTHS.map((width) => (
        <div key={width} className={cn('flex items-center gap-3 border-b', compact ? 'h-13' : 'h-16')}>
          <Skeleton className={compact ? 'size-4 shrink-0' : 'size-8 shrink-0 rounded-full'} />
          <div className="min-w-0 flex-1 space-y-2">
            <Skeleton className={`h-3.5 max-w-1/2 ${width}`} />
            {!compact && <Skeleton className="h-3 w-28" />}
          </div>
          <Skeleton className="h-3.5 w-20" />
        </div>
      ))}
    </div>
  );
}
