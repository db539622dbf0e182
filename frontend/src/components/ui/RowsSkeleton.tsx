import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';

const WIDTHS = ['w-52', 'w-40', 'w-60', 'w-44', 'w-48', 'w-36'];

/** Rows to come, in the place of a list. */
export function RowsSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" aria-label={t('common.loading')} className="mt-4 border-t">
      {WIDTHS.map((width) => (
        <div key={width} className="flex h-16 items-center gap-3 border-b">
          <Skeleton className="size-8 shrink-0 rounded-full" />
          <div className="min-w-0 flex-1 space-y-2">
            <Skeleton className={`h-3.5 max-w-1/2 ${width}`} />
            <Skeleton className="h-3 w-28" />
          </div>
          <Skeleton className="h-3.5 w-20" />
        </div>
      ))}
    </div>
  );
}
