/** Groups what is listed by how long ago it was, as calendars count: by local days, not by hours. */

const DAY_GROUPS = ['today', 'yesterday', 'week', 'month', 'older'] as const;
export type DayGroup = (typeof DAY_GROUPS)[number];

function startOfDay(time: number): number {
  const date = new Date(time);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}

function dayGroupOf(iso: string, now: number): DayGroup {
  // Rounded, since a day on which the clocks change has 23 or 25 hours.
  const days = Math.round((startOfDay(now) - startOfDay(new Date(iso).getTime())) / 86_400_000);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days <= 7) return 'week';
  if (days <= 30) return 'month';
  return 'older';
}

/** Keeps the given order within each group; leaves empty groups out. */
export function groupByDay<T>(
  items: readonly T[],
  timeOf: (item: T) => string,
  now: number,
): [DayGroup, T[]][] {
  const groups = new Map<DayGroup, T[]>();
  for (const item of items) {
    const group = dayGroupOf(timeOf(item), now);
    const list = groups.get(group);
    if (list) list.push(item);
    else groups.set(group, [item]);
  }
  return DAY_GROUPS.flatMap((group) => {
    const list = groups.get(group);
    return list ? [[group, list] as [DayGroup, T[]]] : [];
  });
}
