import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listDocuments } from '@/services/documents';
import { keys } from '@/services/queries';
import { useConnections } from './useConnections';
import { useSourceName } from './useSourceName';

interface Seen {
  id: string;
  name: string;
  source: string;
}

/** The connections that the newest documents came through; their owner names them, or their source. */
const useSeenConnections = () =>
  useQuery({
    queryKey: [...keys.documents, 'connections'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Seen[]> => {
      const { items } = await listDocuments({}, undefined, signal);
      return items.flatMap(({ owner, source }) =>
        'connection_id' in owner ? [{ id: owner.connection_id, name: owner.name, source }] : [],
      );
    },
  });

/**
 * The connections that documents can be narrowed to: one's own, and those that others share documents through. What is
 * chosen is offered as well: an address may name one that is not known here.
 */
export function useConnectionChoices(chosen: readonly string[]) {
  const { t } = useTranslation();
  const own = useConnections().data ?? [];
  const seen = useSeenConnections().data ?? [];
  const sourceName = useSourceName();
  const names = new Map([
    ...seen.map(({ id, name, source }) => [id, name || sourceName(source)] as const),
    ...own.map(({ id, name }) => [id, name] as const),
  ]);
  return {
    ids: [...new Set([...names.keys(), ...chosen])],
    nameOf: (id: string) => names.get(id) ?? t('library.connectionUnknown'),
    /** Whether the reader may open the page of a connection. */
    isOwn: (id: string) => own.some((connection) => connection.id === id),
  };
}
