import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { listItems, listRuns } from '@/services/connections';
import { keys } from '@/services/queries';
import type { ItemStatus } from '@/services/types';

/** The synchronisations of a connection, newest first, page by page. */
export const useConnectionRuns = (id: string) =>
  useInfiniteQuery({
    queryKey: keys.connectionRuns(id),
    queryFn: ({ pageParam, signal }) => listRuns(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Every item of the source and what became of it, page by page. */
export const useConnectionItems = (
  id: string,
  status: ItemStatus | undefined,
  rights: 'narrowed' | undefined,
) =>
  useInfiniteQuery({
    queryKey: keys.connectionItemList(id, status, rights),
    queryFn: ({ pageParam, signal }) => listItems(id, status, pageParam, signal, rights),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
