/** The different values, the most frequent first; what is equally frequent by name. Empty ones are left out. */
export function byFrequency(values: Iterable<string | null | undefined>): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([one, oneCount], [other, otherCount]) => otherCount - oneCount || one.localeCompare(other))
    .map(([value]) => value);
}
