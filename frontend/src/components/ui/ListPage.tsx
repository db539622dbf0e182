import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { failureOf } from '@/services/queries';
import { ErrorMessage } from '../ErrorMessage';
import { LoadingIndicator } from '../LoadingIndicator';
import { type Column, DataTable } from './DataTable';
import { RowsSkeleton } from './RowsSkeleton';
import { ShowMore } from './ShowMore';
import { TabHead } from './TabHead';

interface ListPageProps<T> {
  /** `page` fills the window, and its rows scroll by themselves; `tab` is a part of a page. */
  layout: 'page' | 'tab';
  title: string;
  /** What the list is, or how much of it there is. */
  text: string;
  /** What can be done here, at the right of the title. */
  action?: ReactNode;
  /** What to know before the list. */
  notices?: ReactNode;
  filters?: ReactNode;
  list: Pick<
    UseInfiniteQueryResult,
    | 'isPending'
    | 'data'
    | 'error'
    | 'refetch'
    | 'hasNextPage'
    | 'isFetchingNextPage'
    | 'isFetchNextPageError'
    | 'fetchNextPage'
  >;
  items: readonly T[];
  errorTitle: string;
  /** In the place of no rows: why there are none, and what to do. */
  empty: ReactNode;
  /** What the table is called. */
  label: string;
  columns: readonly Column<T>[];
  rowKey: (item: T) => string;
  detail?: (item: T) => ReactNode;
}

/** A list that comes page by page: its head, its filters, its rows, and what stands in their place when there are none. */
export function ListPage<T>(props: ListPageProps<T>) {
  const { layout, title, text, action, notices, filters } = props;
  if (layout === 'tab') {
    return (
      <>
        <TabHead title={title} text={text}>
          {action}
        </TabHead>
        {notices && <div className="mt-4 space-y-3 empty:hidden">{notices}</div>}
        {filters}
        <div className="mt-4">
          <Rows {...props} />
        </div>
      </>
    );
  }
  return (
    <div className="flex h-full flex-col">
      <header className="mx-auto w-full max-w-6xl px-4 pt-6 sm:px-8 sm:pt-8">
        <div className="flex items-start justify-between gap-4">
          <div className="min-w-0">
            <h1 className="font-semibold text-xl">{title}</h1>
            <p className="mt-0.5 text-base text-ink-3" aria-live="polite">
              {text}
            </p>
          </div>
          {action}
        </div>
        {notices}
        {filters}
      </header>
      <Rows {...props} />
    </div>
  );
}

function Rows<T>({
  layout,
  list,
  items,
  errorTitle,
  empty,
  label,
  columns,
  rowKey,
  detail,
}: ListPageProps<T>) {
  const page = layout === 'page';
  if (list.isPending) {
    return (
      <div className={page ? 'mx-auto w-full max-w-6xl px-4 sm:px-8' : undefined}>
        <RowsSkeleton compact={page} />
      </div>
    );
  }
  const failure = failureOf(list);
  if (failure) {
    return <ErrorMessage title={errorTitle} error={failure} onRetry={() => void list.refetch()} />;
  }
  if (items.length === 0 && !list.hasNextPage) return empty;
  const more = <ShowMore list={list} errorTitle={errorTitle} />;
  const table = { label, columns, items, rowKey, detail, complete: !list.hasNextPage };
  if (!page) {
    return (
      <>
        <DataTable {...table} />
        {more}
      </>
    );
  }
  return (
    <DataTable
      {...table}
      density="compact"
      // After a failure the next page is asked for by the button below only, else it would be asked for without end.
      onEnd={() => {
        if (list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError)
          void list.fetchNextPage();
      }}
      footer={
        list.isFetchingNextPage ? <LoadingIndicator className="h-16" /> : list.isFetchNextPageError && more
      }
    />
  );
}
