import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { listDocuments } from '@/services/documents';
import { FRESH_MS, keys } from '@/services/queries';
import { type SearchFilters, searchDocuments } from '@/services/search';
import { byFrequency } from '@/utils/byFrequency';
import { useLibraryState } from './useLibraryState';

/**
 * Documents by their best passage. While new ones are on their way, those of the query before stay. A search that found
 * nothing is made again when it is returned to, and when the documents are read that it could not see yet.
 */
export function useSearch(q: string, filters: SearchFilters, limit: number) {
  const search = useQuery({
    queryKey: keys.search(q, { ...filters, limit }),
    queryFn: ({ signal }) => searchDocuments(q, filters, limit, signal),
    enabled: q.length > 0,
    staleTime: ({ state }) => (state.data?.hits.length === 0 ? 0 : FRESH_MS),
    placeholderData: keepPreviousData,
  });
  useRepetitionOnceRead(search.data?.hits.length === 0, search.isFetching);
  return search;
}

function useRepetitionOnceRead(foundNothing: boolean, searching: boolean): void {
  const queries = useQueryClient();
  const unfinished = useLibraryState().data?.unfinished;
  const before = useRef(unfinished);
  const due = useRef(false);
  useEffect(() => {
    if (before.current && unfinished === 0) due.current = true;
    before.current = unfinished ?? before.current;
    // What is under way may have begun too early, so that it is judged by what it finds.
    if (!due.current || searching) return;
    due.current = false;
    if (foundNothing) void queries.invalidateQueries({ queryKey: keys.searches });
  }, [unfinished, foundNothing, searching, queries]);
}

export interface Suggestions {
  author: string[];
  language: string[];
  tag: string[];
}

/** What the newest documents have in their fields, most frequent first: filters worth offering, though not all. */
export const useFilterSuggestions = () =>
  useQuery({
    queryKey: [...keys.documents, 'filter-suggestions'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Suggestions> => {
      const { items } = await listDocuments({}, undefined, signal);
      return {
        author: byFrequency(items.map((item) => item.author)),
        language: byFrequency(items.map((item) => item.language)),
        tag: byFrequency(items.flatMap((item) => item.tags ?? [])),
      };
    },
  });
