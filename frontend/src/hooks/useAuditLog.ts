import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type AuditFilters, type ExportFormat, getAuditExport, listAudit } from '@/services/audit';
import { keys } from '@/services/queries';
import type { AuditOutcome } from '@/services/types';
import { dayOf } from '@/utils/dayBounds';

export const OUTCOMES = ['success', 'refused', 'failed'] as const satisfies readonly AuditOutcome[];

/** Which entries are shown, kept in the address. */
export function useAuditFilters() {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<AuditFilters>(
    () => ({
      user: params.get('user') || undefined,
      event: params.get('event') || undefined,
      outcome: OUTCOMES.find((outcome) => outcome === params.get('outcome')),
      from: dayOf(params.get('from')),
      to: dayOf(params.get('to')),
    }),
    [params],
  );
  const setFilters = (next: AuditFilters) => {
    const entries = Object.entries(next).filter((entry): entry is [string, string] => Boolean(entry[1]));
    setParams(new URLSearchParams(entries), { replace: true });
  };
  return { filters, setFilters, filtered: Object.values(filters).some(Boolean) };
}

/** The entries that fit, newest first, page by page. */
export const useAuditLog = (filters: AuditFilters) =>
  useInfiniteQuery({
    queryKey: keys.auditLog(filters),
    queryFn: ({ pageParam, signal }) => listAudit(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** The export is an entry of the log itself. */
export function useAuditExport(filters: AuditFilters) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (format: ExportFormat) => getAuditExport(filters, format),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.audit }),
  });
}
