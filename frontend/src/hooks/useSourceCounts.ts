import { useQuery } from '@tanstack/react-query';
import { listSources } from '@/services/documents';
import { keys } from '@/services/queries';

/** Where the reader's documents come from, with the connections that hold them, most first. */
export const useSourceCounts = () =>
  useQuery({
    queryKey: [...keys.documents, 'sources'],
    queryFn: ({ signal }) => listSources(signal),
    staleTime: 5 * 60_000,
    select: ({ items }) => items,
  });
