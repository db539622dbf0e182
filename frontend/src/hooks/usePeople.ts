import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useUser } from '@/contexts/AuthContext';
import {
  changePerson,
  deletePerson,
  endSessionsOf,
  getPerson,
  listPeople,
  listSessionsOf,
  type PeopleFilters,
} from '@/services/admin';
import { keys } from '@/services/queries';
import { renew } from '@/services/session';
import type { Person, PersonChange } from '@/services/types';

/** The accounts that fit, oldest first, page by page. */
export const usePeople = (filters: PeopleFilters) =>
  useInfiniteQuery({
    queryKey: keys.peopleList(filters),
    queryFn: ({ pageParam, signal }) => listPeople(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One account. While it is asked for, what the list knew of it is shown. */
export const usePerson = (id: string | undefined, known?: Person) =>
  useQuery({
    queryKey: keys.person(id ?? ''),
    queryFn: ({ signal }) => getPerson(id ?? '', signal),
    enabled: id !== undefined,
    placeholderData: known,
  });

export const useSessionsOf = (id: string) =>
  useQuery({
    queryKey: keys.personSessions(id),
    queryFn: ({ signal }) => listSessionsOf(id, signal),
  });

/** The names of groups that are in use, to choose from: those of the first accounts. */
export function useKnownGroups(): string[] {
  const people = usePeople({}).data?.pages.flatMap((page) => page.items) ?? [];
  return [...new Set(people.flatMap((person) => person.groups))].sort();
}

/** After a change of an account everything shown of it is asked for again; one's own session learns of it at once. */
function useAfterChange() {
  const queries = useQueryClient();
  const me = useUser();
  return async (id: string) => {
    if (id === me.id) await renew();
    void queries.invalidateQueries({ queryKey: keys.workspace });
    void queries.invalidateQueries({ queryKey: keys.audit });
    await queries.invalidateQueries({ queryKey: keys.people });
  };
}

export function useChangePerson(id: string) {
  const queries = useQueryClient();
  const after = useAfterChange();
  return useMutation({
    mutationFn: (change: PersonChange) => changePerson(id, change),
    onSuccess: (person) => {
      queries.setQueryData(keys.person(id), person);
      return after(id);
    },
  });
}

export function useEndSessionsOf(id: string) {
  const after = useAfterChange();
  return useMutation({ mutationFn: () => endSessionsOf(id), onSuccess: () => after(id) });
}

/** Not awaited: what is shown of the account is to close at once, before it is asked for again and not found. */
export function useDeletePerson(id: string) {
  const after = useAfterChange();
  return useMutation({ mutationFn: () => deletePerson(id), onSuccess: () => void after(id) });
}
