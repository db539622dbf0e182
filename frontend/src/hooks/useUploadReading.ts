import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getStats, listDocuments, retryDocument } from '@/services/documents';
import { keys } from '@/services/queries';
import type { UploadQueue, UploadSnapshot } from '@/services/uploadQueue';

const POLL_MS = 2000;
/** Of a hundred documents each; beyond that somebody has other worries than this panel. */
const MAX_PAGES = 5;

/**
 * Tells the queue which of its files the server could not read, until none is being read any more.
 *
 * It asks for what failed and for how much is unfinished, so that ten thousand files cost no more than ten.
 */
export function useUploadReading(queue: UploadQueue, { entries, reading }: UploadSnapshot) {
  const queries = useQueryClient();
  useQuery({
    queryKey: [...keys.documents, 'uploads-read'],
    enabled: reading > 0,
    refetchInterval: POLL_MS,
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      // Counted first: what fails between the two is then in the list, and finished is never said too early.
      const { by_status } = await getStats(signal);
      const failed = await failedDocuments(signal);
      queue.settle(failed, !by_status.queued && !by_status.processing);
      return failed.length;
    },
  });
  const again = useMutation({
    mutationFn: async () => {
      queue.retryFailed();
      const unread = entries.flatMap(({ reading: state, documentId }) =>
        state === 'failed' && documentId ? [documentId] : [],
      );
      const answers = await Promise.allSettled(unread.map((id) => retryDocument(id)));
      queue.readAgain(unread.filter((_, index) => answers[index]?.status === 'fulfilled'));
      const refused = answers.find((answer) => answer.status === 'rejected');
      if (refused) throw refused.reason;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.documents }),
  });
  return { retry: again.mutate, retrying: again.isPending, refused: again.error };
}

async function failedDocuments(signal: AbortSignal) {
  const found = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, next_cursor } = await listDocuments({ status: 'failed' }, cursor, signal);
    found.push(...items);
    if (!next_cursor) break;
    cursor = next_cursor;
  }
  return found;
}
