import type { Connection } from '@/services/types';

type State = Pick<Connection, 'status' | 'status_reason' | 'account' | 'next_sync_at' | 'progress'>;

/** What a person has to do before a connection goes on. */
export type Need = 'allow' | 'options' | 'resume' | 'decide';

/** It was begun at the provider's page and never allowed there: nothing will happen by itself. */
export const isUnallowed = ({ status, account, next_sync_at }: State): boolean =>
  status === 'connecting' && account === null && next_sync_at === null;

/** Whether a synchronisation is under way or about to begin. */
export function isBusy(connection: State, now: number = Date.now()): boolean {
  const { status, next_sync_at, progress } = connection;
  switch (status) {
    case 'connecting':
      return !isUnallowed(connection);
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
  if (isUnallowed(connection)) return 'allow';
  switch (connection.status) {
    case 'attention':
      return connection.status_reason?.code === 'invalid_config' ? 'options' : 'allow';
    case 'paused':
      return 'resume';
    case 'quarantined':
      return 'decide';
    default:
      return null;
  }
}

/** Whether there is something to say of it before everything else. */
export const saysNotice = (connection: State): boolean =>
  needOf(connection) !== null || (connection.status === 'waiting' && connection.status_reason !== null);
