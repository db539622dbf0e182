import { describe, expect, it } from 'vitest';
import { dayOf, inPlace, placeOf, restricting, startOfDay, withDocument, withoutDocument } from './scope';

const DEMO = { kind: 'source', id: 'demo' } as const;
const AFTER = '2026-03-04T00:00:00.000Z';

describe('a scope', () => {
  it('is in one place or in documents, and a span of time stays', () => {
    const demo = inPlace({ after: AFTER, document_ids: ['d1'] }, DEMO);
    expect(demo).toEqual({ after: AFTER, sources: ['demo'] });
    expect(placeOf(demo)).toEqual(DEMO);
    const named = withDocument(withDocument(withDocument(demo, 'd1'), 'd2'), 'd1');
    expect(named).toEqual({ after: AFTER, document_ids: ['d1', 'd2'] });
    expect(placeOf(named)).toBeNull();
    expect(placeOf(inPlace(null, { kind: 'connection', id: 'c' }))).toEqual({ kind: 'connection', id: 'c' });
  });

  it('is everything once nothing of it is left', () => {
    expect(withoutDocument({ document_ids: ['d1'], sources: [], after: null }, 'd1')).toBeNull();
    expect(inPlace({ sources: ['demo'] }, null)).toBeNull();
    expect(restricting({})).toBeNull();
  });

  it('keeps to the days that were chosen, the last one included', () => {
    expect(dayOf(startOfDay('2026-03-04', 0), 0)).toBe('2026-03-04');
    expect(dayOf(startOfDay('2026-02-28', 1), 1)).toBe('2026-02-28');
    expect(dayOf(null, 1)).toBe('');
    expect(startOfDay('2026-13-40', 0)).toBeUndefined();
  });
});
