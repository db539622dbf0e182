import { useQuery } from '@tanstack/react-query';
import { getDemo } from '@/services/demo';
import { getStats, listDocuments } from '@/services/documents';
import { keys } from '@/services/queries';

const POLL_MS = 2000;
const DEMO_PREFIX = 'demo/';

/** How much there is to ask about, and how much is still being read. */
export const useLibraryState = () =>
  useQuery({
    queryKey: [...keys.documents, 'stats'],
    queryFn: async ({ signal }) => {
      const { total, by_status } = await getStats(signal);
      return { total, unfinished: (by_status.queued ?? 0) + (by_status.processing ?? 0) };
    },
    refetchInterval: ({ state }) => (state.data?.unfinished ? POLL_MS : false),
  });

/** What the navigation tells of the library: how many documents are still being read. */
export function useBeingRead() {
  const count = useLibraryState().data?.unfinished ?? 0;
  return count > 0 ? ({ count, label: 'nav.beingRead' } as const) : null;
}

/** Questions to begin with: those of the demo library, while it is what was added last. */
export const useSuggestions = (enabled: boolean) =>
  useQuery({
    queryKey: [...keys.documents, 'suggestions'],
    enabled,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const [newest, demo] = await Promise.all([listDocuments({}, undefined, signal), getDemo(signal)]);
      return newest.items.some((item) => item.external_id.startsWith(DEMO_PREFIX))
        ? demo.suggestions.slice(0, 4)
        : [];
    },
  });
