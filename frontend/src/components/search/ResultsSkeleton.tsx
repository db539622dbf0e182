import { useTranslation } from 'react-i18next';
import { Skeleton, SkeletonText } from '@/components/Skeleton';

/** The shape of results to come. */
export function ResultsSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" aria-label={t('common.loading')}>
      <Skeleton className="h-3.5 w-40" />
      <div className="mt-6 space-y-9">
        {['w-56', 'w-72', 'w-48'].map((width) => (
          <div key={width}>
            <div className="flex items-center gap-2.5">
              <Skeleton className="size-4" />
              <Skeleton className={`h-4 ${width}`} />
            </div>
            <SkeletonText lines={3} className="mt-3 sm:ml-6.5" />
          </div>
        ))}
      </div>
    </div>
  );
}
