import { describe, expect, it } from 'vitest';
import { dayAfter, dayOf, startOfDay } from './dayBounds';

describe('the bounds of a day', () => {
  it('span one calendar day of this time zone', () => {
    const start = new Date(startOfDay('2026-02-28'));
    const end = new Date(dayAfter('2026-02-28'));
    expect([start.getDate(), start.getHours()]).toEqual([28, 0]);
    expect([end.getMonth(), end.getDate(), end.getHours()]).toEqual([2, 1, 0]);
  });

  it('leave no gap between one day and the next', () => {
    expect(dayAfter('2026-12-31')).toBe(startOfDay('2027-01-01'));
  });

  it('are asked for only with a real day', () => {
    expect(dayOf('2026-03-04')).toBe('2026-03-04');
    for (const value of [null, '', 'today', '2026-13-40', '2026-3-4']) expect(dayOf(value)).toBeUndefined();
  });
});
