import { useQuery } from '@tanstack/react-query';
import { listConnectors } from '@/services/connections';
import { keys } from '@/services/queries';
import type { Connector, Purpose } from '@/services/types';

/** The services that can be connected here to be read, or to act with. They change with a restart of the server only. */
export const useConnectors = (purpose: Purpose = 'sync') =>
  useQuery({
    queryKey: keys.connectors(purpose),
    queryFn: ({ signal }) => listConnectors(purpose, signal),
    staleTime: 5 * 60_000,
    select: ({ items }) => items,
  });

/** The service of a type, once the catalogue is there; undefined for one that this server no longer has. */
export const useConnector = (type: string | undefined): Connector | undefined =>
  useConnectors().data?.find((connector) => connector.type === type);
