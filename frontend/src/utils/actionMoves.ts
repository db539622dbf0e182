import type { ActionStatus } from '@/services/types';

/** What a person may do with an action. `undo` takes an approval back in time, `withdraw` ends what nobody decided on. */
export type ActionMove = 'approve' | 'edit' | 'reject' | 'withdraw' | 'undo' | 'retry';

const BY_STATUS: Readonly<Record<ActionStatus, readonly ActionMove[]>> = {
  draft: ['edit', 'withdraw'],
  awaiting_approval: ['approve', 'edit', 'reject', 'withdraw'],
  approved: ['undo'],
  scheduled: ['undo'],
  executing: [],
  succeeded: [],
  failed: ['retry'],
  unknown: ['retry'],
  rejected: [],
  cancelled: [],
  expired: [],
};

interface Decidable {
  status: ActionStatus;
  /** What the server says that the reader may do. Without it the state alone decides what is offered. */
  may?: readonly string[];
}

/** What may be done with it now: the only place that says so. */
export function movesOf({ status, may }: Decidable): readonly ActionMove[] {
  const offered = BY_STATUS[status];
  // One move of the server: what is withdrawn before a decision is undone after it.
  return may ? offered.filter((move) => may.includes(AS_CANCEL.includes(move) ? 'cancel' : move)) : offered;
}

const AS_CANCEL: readonly ActionMove[] = ['withdraw', 'undo'];

/** Approved and not gone yet. */
export const ON_ITS_WAY = ['approved', 'scheduled', 'executing'] as const satisfies readonly ActionStatus[];
/** Decided, and nothing happens any more by itself. */
export const PAST = [
  'succeeded',
  'failed',
  'unknown',
  'rejected',
  'cancelled',
  'expired',
] as const satisfies readonly ActionStatus[];
