import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type DocumentFilters,
  deleteDocument,
  getDocument,
  getDocumentText,
  listDocuments,
  retryDocument,
} from '@/services/documents';
import { isApiError } from '@/services/problem';
import { keys } from '@/services/queries';
import type { DocumentList, LibraryDocument } from '@/services/types';

const POLL_MS = 1500;
const POLLED_PAGES = 3;

export const isUnfinished = (item: Pick<LibraryDocument, 'status'>): boolean =>
  item.status === 'queued' || item.status === 'processing';

type Pages = InfiniteData<DocumentList, unknown>;

/** The documents that fit, newest first, page by page. */
export const useDocuments = (filters: DocumentFilters) =>
  useInfiniteQuery({
    queryKey: keys.documentList(filters),
    queryFn: ({ pageParam, signal }) => listDocuments(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/**
 * Asks again for pages that show unfinished documents, and puts what changed into the list.
 *
 * Only a few pages are asked for at a time: a list of 10,000 that is being read must not be fetched whole every second.
 * When nothing is unfinished any more, the list is fetched once, for what came or left meanwhile.
 */
export function useDocumentProgress(filters: DocumentFilters, pages: Pages | undefined): void {
  const queries = useQueryClient();
  const waiting = (pages?.pages ?? []).flatMap((page, index) =>
    page.items.some(isUnfinished) ? [index] : [],
  );
  useQuery({
    queryKey: [...keys.documentList(filters), 'progress'],
    enabled: waiting.length > 0,
    refetchInterval: POLL_MS,
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const params = waiting
        .slice(0, POLLED_PAGES)
        .map((index) => pages?.pageParams[index] as string | undefined);
      const fresh = await Promise.all(params.map((cursor) => listDocuments(filters, cursor, signal)));
      const byId = new Map(fresh.flatMap((page) => page.items).map((item) => [item.id, item]));
      const key = keys.documentList(filters);
      queries.setQueryData<Pages>(key, (old) => old && withItems(old, byId));
      const after = queries.getQueryData<Pages>(key);
      if (!after?.pages.some((page) => page.items.some(isUnfinished))) {
        void queries.invalidateQueries({ queryKey: key, exact: true });
      }
      return byId.size;
    },
  });
}

function withItems(data: Pages, byId: ReadonlyMap<string, LibraryDocument>): Pages {
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => byId.get(item.id) ?? item),
    })),
  };
}

export const useDocument = (id: string) =>
  useQuery({
    queryKey: keys.document(id),
    queryFn: ({ signal }) => getDocument(id, signal),
    refetchInterval: ({ state }) => (state.data && isUnfinished(state.data) ? POLL_MS : false),
  });

/** The text of a version never changes; only "the newest" does. */
export const useDocumentText = (id: string, version: number | undefined, enabled = true) =>
  useQuery({
    queryKey: keys.documentText(id, version),
    queryFn: ({ signal }) => getDocumentText(id, version, signal),
    staleTime: version === undefined ? 0 : Number.POSITIVE_INFINITY,
    enabled,
    retry: (failures, error) => failures < 2 && !isApiError(error, 'not_found'),
  });

/** Not awaited: what there is to say of it comes before the lists that it may have left. */
export function useDeleteDocument() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (item: LibraryDocument) => deleteDocument(item.id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.documents });
      void queries.invalidateQueries({ queryKey: keys.searches });
    },
  });
}

export function useRetryDocument() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (item: LibraryDocument) => retryDocument(item.id),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.documents }),
  });
}
