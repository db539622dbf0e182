import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { DocumentFilters } from '@/services/documents';
import { KINDS, STATUSES } from '@/services/types';

const oneOf = <T extends string>(values: readonly T[], value: string | null): T | undefined =>
  values.find((item) => item === value);

/** What the library shows, kept in the address: it survives a reload and can be sent to somebody. */
export function useLibraryFilters() {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<DocumentFilters>(
    () => ({
      q: params.get('q') || undefined,
      status: oneOf(STATUSES, params.get('status')),
      kind: oneOf(KINDS, params.get('kind')),
      source: params.get('source') || undefined,
      connection: params.get('connection') || undefined,
      path: params.get('path') || undefined,
    }),
    [params],
  );
  const setFilters = (next: DocumentFilters) => {
    const entries = Object.entries(next).filter((entry): entry is [string, string] => Boolean(entry[1]));
    setParams(new URLSearchParams(entries), { replace: true });
  };
  return { filters, setFilters, filtered: Object.values(filters).some(Boolean) };
}
