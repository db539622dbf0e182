import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { ACCOUNT_STATUSES, type PeopleFilters, ROLES } from '@/services/admin';

/** Which accounts are shown and which one is open, kept in the address. */
export function usePeopleFilters() {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<PeopleFilters>(
    () => ({
      q: params.get('q') || undefined,
      role: ROLES.find((role) => role === params.get('role')),
      status: ACCOUNT_STATUSES.find((status) => status === params.get('status')),
    }),
    [params],
  );
  const setFilters = (next: PeopleFilters) => {
    const entries = Object.entries(next).filter((entry): entry is [string, string] => Boolean(entry[1]));
    setParams(new URLSearchParams(entries), { replace: true });
  };

  /** The address of the same list with one account open, or with none. */
  function addressOf(personId: string | null): string {
    const next = new URLSearchParams(params);
    if (personId) next.set('person', personId);
    else next.delete('person');
    return `?${next}`;
  }

  return {
    filters,
    setFilters,
    filtered: Object.values(filters).some(Boolean),
    personId: params.get('person') || undefined,
    addressOf,
  };
}
