import { dayAfter, startOfDay } from '@/utils/dayBounds';
import { client, fetchBlob, unwrap } from './api';
import type { AuditOutcome } from './types';

/** `from` and `to` are calendar days such as 2026-03-04, both included. */
export interface AuditFilters {
  user?: string;
  event?: string;
  outcome?: AuditOutcome;
  from?: string;
  to?: string;
}

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const PAGE_SIZE = 50;

const queryOf = ({ user, event, outcome, from, to }: AuditFilters) => ({
  user_id: user,
  event,
  outcome,
  after: from && startOfDay(from),
  before: to && dayAfter(to),
});

export const listAudit = (filters: AuditFilters, cursor: string | undefined, signal?: AbortSignal) =>
  unwrap(
    client.GET('/api/v1/admin/audit', {
      params: { query: { ...queryOf(filters), cursor, limit: PAGE_SIZE } },
      signal,
    }),
  );

/** Every entry that fits, as a file. */
export function getAuditExport(filters: AuditFilters, format: ExportFormat): Promise<Blob> {
  const given = Object.entries({ ...queryOf(filters), format });
  const query = new URLSearchParams(given.filter((entry): entry is [string, string] => Boolean(entry[1])));
  return fetchBlob(`/api/v1/admin/audit/export?${query}`);
}
