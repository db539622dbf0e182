import { type PlacedPassage, usePlace } from '@/hooks/usePlace';

/** Where in the document a passage stands. */
export function PassagePlace({ passage }: { passage: PlacedPassage }) {
  const place = usePlace()(passage);
  return place && <span className="mb-0.5 block truncate text-ink-3 text-xs">{place}</span>;
}
