/** Follows what becomes of a connection and how far its synchronisation is. */
import { type Listener, listenInView } from './listening';
import type { ConnectionEvent } from './types';

const KNOWN = new Set<string>([
  'connection.changed',
  'connection.deleted',
  'reset',
  'error',
] satisfies ConnectionEvent['type'][]);

export const listenToConnection = (id: string, listener: Listener<ConnectionEvent>) =>
  listenInView(`/api/v1/connections/${encodeURIComponent(id)}/events`, KNOWN, listener);
