import type { Connection } from '@/services/types';

type State = Pick<Connection, 'status' | 'status_reason' | 'next_sync_at' | 'progress'>;

/** What a person has to do before a connection goes on. */
export type Need = 'allow' | 'start' | 'options' | 'resume' | 'decide' | 'look' | 'disconnect';

const hasReason = ({ status_reason }: State, code: string): boolean => status_reason?.code === code;

/** It was begun at the provider's page and never allowed there: nothing will happen by itself. */
export const isUnallowed = (connection: State): boolean =>
  connection.status === 'connecting' && hasReason(connection, 'not_allowed_yet');

/** It is allowed, and a person has not chosen yet what to include. */
export const isHeld = (connection: State): boolean =>
  connection.status === 'connecting' && hasReason(connection, 'not_started');

/** This server has no connector for it any more. */
export const isOrphan = (connection: State): boolean => hasReason(connection, 'connector_removed');

/** Whether there is something to pause, to synchronise, or to read again. */
export const hasBegun = (connection: State): boolean =>
  !isUnallowed(connection) && !isHeld(connection) && !isOrphan(connection);

/** Whether a synchronisation is under way or about to begin. */
export function isBusy(connection: State, now: number = Date.now()): boolean {
  const { status, next_sync_at, progress } = connection;
  switch (status) {
    case 'connecting':
      return hasBegun(connection);
    case 'syncing':
      return true;
    case 'quarantined':
      return progress !== null || isDue(next_sync_at, now);
    case 'ready':
    case 'waiting':
      return isDue(next_sync_at, now);
    case 'paused':
    case 'attention':
      return false;
  }
}

const isDue = (at: string | null, now: number): boolean => at !== null && Date.parse(at) <= now;

/** The one thing that mends it; null while it goes on by itself. */
export function needOf(connection: State): Need | null {
  if (isOrphan(connection)) return 'disconnect';
  switch (connection.status) {
    case 'connecting':
      return isUnallowed(connection) ? 'allow' : isHeld(connection) ? 'start' : null;
    case 'attention':
      return hasReason(connection, 'options_invalid') ? 'options' : 'allow';
    case 'paused':
      return hasReason(connection, 'owner_inactive') ? 'allow' : 'resume';
    case 'quarantined':
      return 'decide';
    case 'waiting':
      return hasReason(connection, 'nothing_read') ? 'look' : null;
    default:
      return null;
  }
}

/** Whether there is something to say of it before everything else. */
export const saysNotice = (connection: State): boolean =>
  needOf(connection) !== null || (connection.status === 'waiting' && connection.status_reason !== null);
