import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FolderScope, listFolders } from '@/services/documents';
import { FRESH_MS, keys } from '@/services/queries';

/** The folders directly in one, or the outermost ones, as far as the reader sees into them. */
export const useFolders = (scope: FolderScope) =>
  useQuery({
    queryKey: [...keys.documents, 'folders', scope],
    queryFn: ({ signal }) => listFolders(scope, signal),
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
