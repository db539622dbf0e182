import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';

/** The shape of a form whose questions are not known yet. */
export function FormSkeleton({ fields }: { fields: number }) {
  const { t } = useTranslation();
  return (
    <div aria-busy className="space-y-4">
      <span className="sr-only">{t('common.loading')}</span>
      {Array.from({ length: fields }, (_, field) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the fields are all alike and never move
        <div key={field}>
          <Skeleton className="mb-2 h-3.5 w-24" />
          <Skeleton className="h-10 w-full rounded-lg" />
        </div>
      ))}
      <Skeleton className="mt-6 h-11 w-full rounded-lg" />
    </div>
  );
}
