import type { Connection, SourceItem, SyncRun } from '@/services/types';

/**
 * What an operator needs to know of a connection, and nothing that belongs to the person: states, counts, codes and
 * times; no titles, no names, no addresses, no values of options, and no sentences, which may carry any of these.
 */
export function diagnosticsOf(
  connection: Connection,
  runs: readonly SyncRun[],
  unread: readonly Pick<SourceItem, 'status' | 'reason'>[],
  now: Date,
): object {
  const { id, type, mode, status, status_reason, created_at, last_sync_at, next_sync_at } = connection;
  return {
    made_at: now.toISOString(),
    connection: {
      id,
      type,
      mode,
      status,
      reason: status_reason?.code ?? null,
      created_at,
      last_sync_at,
      next_sync_at,
      access_as_of: connection.access_as_of,
      items: connection.items,
      progress: connection.progress,
      options: Object.keys(connection.options),
      capabilities: connection.capabilities.map(({ name, state }) => ({ name, state })),
    },
    runs: runs.map(({ reason, ...run }) => ({ ...run, reason: reason?.code ?? null })),
    unread_by_reason: countedByReason(unread),
  };
}

function countedByReason(items: readonly Pick<SourceItem, 'status' | 'reason'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, reason } of items) {
    const name = `${status}: ${reason?.code ?? 'no reason'}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
