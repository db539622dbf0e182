import { useTranslation } from 'react-i18next';
import { useConnections } from './useConnections';
import { useSourceCounts } from './useSourceCounts';
import { useSourceName } from './useSourceName';

/**
 * The connections that documents can be narrowed to: one's own, and those that others share documents through. What is
 * chosen is offered as well: an address may name one that is not known here.
 */
export function useConnectionChoices(chosen: readonly string[]) {
  const { t } = useTranslation();
  const own = useConnections().data ?? [];
  const counts = useSourceCounts().data ?? [];
  const sourceName = useSourceName();
  const names = new Map([
    ...counts.flatMap(({ source, connections }) =>
      connections.map(({ id, name }) => [id, name || sourceName(source)] as const),
    ),
    ...own.map(({ id, name }) => [id, name] as const),
  ]);
  return {
    ids: [...new Set([...names.keys(), ...chosen])],
    nameOf: (id: string) => names.get(id) ?? t('library.connectionUnknown'),
    /** Whether the reader may open the page of a connection. */
    isOwn: (id: string) => own.some((connection) => connection.id === id),
  };
}
