import { expect, it } from 'vitest';
import { groupByDay } from './days';

const at = (...parts: [number, number, number, number]) => new Date(parts[0], parts[1], parts[2], parts[3]);

it('groups by calendar days of the reader, in order, without empty groups', () => {
  const now = at(2026, 2, 10, 1).getTime();
  const times = [at(2026, 2, 10, 0), at(2026, 2, 9, 23), at(2026, 2, 4, 12), at(2025, 10, 1, 12)];
  const groups = groupByDay(times, (time) => time.toISOString(), now);
  expect(groups.map(([group, items]) => [group, items.length])).toEqual([
    ['today', 1],
    ['yesterday', 1],
    ['week', 1],
    ['older', 1],
  ]);
});
