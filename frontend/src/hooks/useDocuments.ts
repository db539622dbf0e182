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
import { isApiError, isGone } from '@/services/problem';
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
 * Asks again for pages that show unfinished documents, puts what changed into the list, and takes out what left it: what
 * was deleted, or no longer fits the filters.
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
      const asked = await Promise.all(
        waiting.slice(0, POLLED_PAGES).map(async (index) => {
          const cursor = pages?.pageParams[index] as string | undefined;
          return { known: pages?.pages[index], fresh: await listDocuments(filters, cursor, signal) };
        }),
      );
      const byId = new Map(asked.flatMap(({ fresh }) => fresh.items).map((item) => [item.id, item]));
      const gone = new Set(asked.flatMap(({ known, fresh }) => goneFrom(known, fresh)));
      const key = keys.documentList(filters);
      queries.setQueryData<Pages>(key, (old) => old && withItems(old, byId, gone));
      const after = queries.getQueryData<Pages>(key);
      if (!after?.pages.some((page) => page.items.some(isUnfinished))) {
        void queries.invalidateQueries({ queryKey: key, exact: true });
      }
      return byId.size;
    },
  });
}

/** Which documents a page lost. Newer ones only move the last of them on to the next page; the newest have the highest id. */
function goneFrom(known: DocumentList | undefined, fresh: DocumentList): string[] {
  const there = new Set(fresh.items.map(({ id }) => id));
  const last = fresh.next_cursor ? fresh.items.at(-1) : undefined;
  const missing = known?.items.filter(({ id }) => !there.has(id) && (!last || id > last.id)) ?? [];
  return missing.map(({ id }) => id);
}

function withItems(
  data: Pages,
  byId: ReadonlyMap<string, LibraryDocument>,
  gone: ReadonlySet<string>,
): Pages {
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.filter(({ id }) => !gone.has(id)).map((item) => byId.get(item.id) ?? item),
    })),
  };
}

export const useDocument = (id: string) =>
  useQuery({
    queryKey: keys.document(id),
    queryFn: ({ signal }) => getDocument(id, signal),
    refetchInterval: ({ state: { data, error } }) =>
      data && isUnfinished(data) && !isGone(error) ? POLL_MS : false,
  });

/**
 * The text of a version never changes; only "the newest" does. Null while there is none yet.
 *
 * It is asked for again until it is what `head`, the document itself, promises: until there is one, unless it could not
 * be read, and until the newest version is there.
 */
export const useDocumentText = (id: string, version: number | undefined, head: LibraryDocument | undefined) =>
  useQuery({
    queryKey: keys.documentText(id, version),
    queryFn: ({ signal }) =>
      getDocumentText(id, version, signal).catch((error: unknown): null => {
        if (isApiError(error, 'no_text')) return null;
        throw error;
      }),
    staleTime: version === undefined ? 0 : Number.POSITIVE_INFINITY,
    refetchInterval: ({ state: { data, error } }) => {
      if (data === undefined || isGone(error)) return false;
      const awaited =
        data === null
          ? head?.status !== 'failed'
          : version === undefined && head !== undefined && head.version > data.version;
      return awaited ? POLL_MS : false;
    },
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
