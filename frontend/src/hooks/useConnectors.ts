import { useQuery } from '@tanstack/react-query';
import { listConnectors } from '@/services/connections';
import { keys } from '@/services/queries';
import type { Connector } from '@/services/types';

/** The services that can be connected here. They change with a restart of the server only. */
export const useConnectors = () =>
  useQuery({
    queryKey: keys.connectors,
    queryFn: ({ signal }) => listConnectors(signal),
    staleTime: 5 * 60_000,
    select: ({ items }) => items,
  });

/** The service of a type, once the catalogue is there; undefined for one that this server no longer has. */
export const useConnector = (type: string | undefined): Connector | undefined =>
  useConnectors().data?.find((connector) => connector.type === type);
