import { DEMO } from '@/utils/scope';
import { useConnections } from './useConnections';
import { useSourceCounts } from './useSourceCounts';
import { useSourceName } from './useSourceName';

const NONE: string[] = [];

/**
 * Where the reader's documents come from, as the server tells it, most first, and what is connected although nothing of
 * it is there yet; and what each is called.
 */
export function useSources(...chosen: (string | undefined)[]) {
  const nameOf = useSourceName();
  const counts = useSourceCounts().data ?? [];
  const found = counts.map(({ source }) => source);
  const demo = counts.some((count) => count.demo) ? [DEMO] : NONE;
  const connected = useConnections().data?.map(({ type }) => type) ?? NONE;
  // What is chosen is offered as well: an address may name a source that has no documents any more.
  const sources = [
    ...new Set([...demo, ...found, ...connected, ...chosen.filter((source) => source !== undefined)]),
  ];
  return { sources, nameOf };
}
