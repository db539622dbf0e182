import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findPlaces, type PlaceUse } from '@/services/places';
import { keys } from '@/services/queries';
import { useDebounced } from './useDebounced';

const TYPING_PAUSE_MS = 200;

/** Channels and people whose name holds what was typed. `typed` null: nothing is asked. */
export function usePlaces(via: string, typed: string | null, use: PlaceUse) {
  const q = useDebounced(typed?.trim() ?? '', TYPING_PAUSE_MS);
  return useQuery({
    queryKey: keys.places(via, q, use),
    queryFn: ({ signal }) => findPlaces(via, q, use, signal),
    enabled: via !== '' && typed !== null,
    placeholderData: keepPreviousData,
  });
}
