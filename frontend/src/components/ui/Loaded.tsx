import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '@/components/ErrorMessage';
import { PanelSkeleton } from './Panel';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  errorTitle: string;
  children: (data: T) => ReactNode;
}

/** What a query brought; until then a skeleton, and after a failure the reason and another try. */
export function Loaded<T>({ query, errorTitle, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <ErrorMessage
        title={errorTitle}
        error={query.error}
        layout="inline"
        onRetry={() => void query.refetch()}
      />
    );
  }
  return <PanelSkeleton label={t('common.loading')} />;
}
