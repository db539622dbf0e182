import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import {
  askDocumentWhy,
  askWhy,
  getAccessReport,
  listSourcePeople,
  matchPerson,
  type SourcePeopleFilters,
  unmatchPerson,
} from '@/services/connectionAccess';
import { keys } from '@/services/queries';

/** How closely a connection follows the rights and deletions of its source. */
export const useAccessReport = (id: string) =>
  useQuery({ queryKey: keys.connectionAccess(id), queryFn: ({ signal }) => getAccessReport(id, signal) });

/** Whom the source of a connection names, page by page. */
export const useSourcePeople = (id: string, filters: SourcePeopleFilters) =>
  useInfiniteQuery({
    queryKey: keys.connectionPeopleList(id, filters),
    queryFn: ({ pageParam, signal }) => listSourcePeople(id, filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** After a match the reader may see other documents, too: it may have been their own. */
function useAfterMatch(id: string) {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [keys.documents, keys.searches, keys.audit]) {
      void queries.invalidateQueries({ queryKey });
    }
    return queries.invalidateQueries({ queryKey: keys.connectionPeople(id) });
  };
}

export function useMatchPerson(id: string, personId: string) {
  const after = useAfterMatch(id);
  return useMutation({
    mutationFn: (userId: string) => matchPerson(id, personId, userId),
    onSuccess: after,
  });
}

export function useUnmatchPerson(id: string, personId: string) {
  const after = useAfterMatch(id);
  return useMutation({ mutationFn: () => unmatchPerson(id, personId), onSuccess: after });
}

/** Whether somebody sees an item, and why. Asked anew each time: rights change by themselves. */
export const useItemWhy = (id: string, item: string, person: string | undefined) =>
  useQuery({
    queryKey: keys.itemWhy(id, item, person ?? ''),
    queryFn: ({ signal }) => askWhy(id, item, person ?? '', signal),
    enabled: person !== undefined,
    staleTime: 0,
  });

/** Why the reader sees a document. */
export const useDocumentWhy = (id: string) =>
  useQuery({
    queryKey: keys.documentWhy(id),
    queryFn: ({ signal }) => askDocumentWhy(id, signal),
    staleTime: 0,
  });
