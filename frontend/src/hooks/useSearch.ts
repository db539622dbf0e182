import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { listDocuments } from '@/services/documents';
import { keys } from '@/services/queries';
import { type SearchFilters, searchDocuments } from '@/services/search';
import { byFrequency } from '@/utils/byFrequency';

/** Documents by their best passage. While new ones are on their way, those of the query before stay. */
export const useSearch = (q: string, filters: SearchFilters, limit: number) =>
  useQuery({
    queryKey: keys.search(q, { ...filters, limit }),
    queryFn: ({ signal }) => searchDocuments(q, filters, limit, signal),
    enabled: q.length > 0,
    placeholderData: keepPreviousData,
  });

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
