import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ErrorMessage } from '../ErrorMessage';
import { Button } from './Button';

interface ShowMoreProps {
  list: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error' | 'fetchNextPage'
  >;
  errorTitle: string;
}

/** Fetches the next page of a list; says so when that failed, and keeps what is there. */
export function ShowMore({ list, errorTitle }: ShowMoreProps) {
  const { t } = useTranslation();
  const more = () => void list.fetchNextPage();
  if (list.isFetchNextPageError) {
    return (
      <div className="mt-4">
        <ErrorMessage title={errorTitle} error={list.error} layout="inline" onRetry={more} />
      </div>
    );
  }
  if (!list.hasNextPage) return null;
  return (
    <div className="mt-4 flex justify-center">
      <Button busy={list.isFetchingNextPage} onClick={more}>
        {t('nav.showMore')}
      </Button>
    </div>
  );
}
