import { useTranslation } from 'react-i18next';
import { Skeleton, SkeletonText } from '@/components/Skeleton';

/** While a page's code is on its way. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-busy="true"
      aria-label={t('common.loading')}
      className="mx-auto w-full max-w-5xl px-6 py-8"
    >
      <Skeleton className="h-7 w-44" />
      <Skeleton className="mt-3 h-4 w-72" />
      <SkeletonText lines={6} className="mt-10" />
    </div>
  );
}
