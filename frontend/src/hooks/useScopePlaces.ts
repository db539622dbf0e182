import { useTranslation } from 'react-i18next';
import { DEMO, type Place } from '@/utils/scope';
import { useSourceCounts } from './useSourceCounts';
import { useSourceName } from './useSourceName';

/** The sources that questions can be asked in, most documents first, and what each is called. */
export function useScopePlaces(chosen: Place | null) {
  const { t } = useTranslation();
  const sourceName = useSourceName();
  const counts = useSourceCounts().data ?? [];
  const found: (Place & { name: string })[] = [];
  for (const { source, demo, connections } of counts) {
    if (demo) {
      if (!found.some(({ id }) => id === DEMO))
        found.push({ kind: 'source', id: DEMO, name: sourceName(DEMO) });
    } else if (connections.length > 0) {
      for (const { id, name } of connections)
        found.push({ kind: 'connection', id, name: name || sourceName(source) });
    } else found.push({ kind: 'source', id: source, name: sourceName(source) });
  }
  const isSame = (one: Place, other: Place | null) => one.kind === other?.kind && one.id === other.id;
  if (chosen && !found.some((place) => isSame(place, chosen))) {
    const name = chosen.kind === 'connection' ? t('scope.otherPlace') : sourceName(chosen.id);
    found.push({ ...chosen, name });
  }
  return {
    places: found,
    isChosen: (place: Place) => isSame(place, chosen),
    name: found.find((place) => isSame(place, chosen))?.name,
  };
}
