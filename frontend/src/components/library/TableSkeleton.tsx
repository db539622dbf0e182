import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';

const WIDTHS = ['w-64', 'w-48', 'w-72', 'w-56', 'w-60', 'w-44', 'w-68', 'w-52'];

export function TableSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label={t('common.loading')}
      className="mx-auto w-full max-w-6xl px-4 sm:px-8"
    >
      <div className="border-t">
        {WIDTHS.map((width) => (
          <div key={width} className="flex h-13 items-center gap-4 border-b">
            <Skeleton className="size-4" />
            <Skeleton className={`h-3.5 max-w-1/2 ${width}`} />
            <Skeleton className="ml-auto h-3.5 w-20" />
          </div>
        ))}
      </div>
    </div>
  );
}
