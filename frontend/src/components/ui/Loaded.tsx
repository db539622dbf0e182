import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { failureOf, failureToRefresh } from '@/services/queries';
import { PanelSkeleton } from './Panel';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  errorTitle: string;
  /** How a failure stands there. */
  layout?: 'page' | 'inline';
  /** Stands there until the answer comes. */
  skeleton?: ReactNode;
  /** It tells how things are at this moment, so it says before it when that could not be asked. */
  live?: boolean;
  children: (data: T) => ReactNode;
}

/** What a query brought; until then a skeleton, and after a failure, as long as there is nothing, the reason and another try. */
export function Loaded<T>({
  query,
  errorTitle,
  layout = 'inline',
  skeleton,
  live = false,
  children,
}: LoadedProps<T>) {
  const { t } = useTranslation();
  const failure = failureOf(query) ?? (live ? failureToRefresh(query) : null);
  const reason = failure && (
    <ErrorMessage title={errorTitle} error={failure} layout={layout} onRetry={() => void query.refetch()} />
  );
  if (query.data === undefined) return reason ?? skeleton ?? <PanelSkeleton label={t('common.loading')} />;
  return (
    <>
      {reason}
      {children(query.data)}
    </>
  );
}
