import { describe, expect, it } from 'vitest';
import { endingOf, linesFor, OFFERED_SCOPES } from './keyUses';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('the end of a key', () => {
  it.each([
    [null, 'never'],
    ['2026-03-01T12:00:00Z', 'over'],
    ['2026-02-01T12:00:00Z', 'over'],
    ['2026-03-01T12:00:01Z', 'soon'],
    ['2026-03-08T12:00:00Z', 'soon'],
    ['2026-03-08T12:00:01Z', 'later'],
  ])('of %s is %s', (expiresAt, ending) => {
    expect(endingOf(expiresAt, NOW)).toBe(ending);
  });
});

describe('the lines for a terminal', () => {
  it.each(OFFERED_SCOPES)('for %s name this server and take the key from a variable', (use) => {
    const [first, ...calls] = linesFor(use, 'https://kb.example', 'bib_secret').split('\n');
    expect(first).toBe("export BIBLIOS_KEY='bib_secret'");
    expect(calls.join('\n')).toContain('https://kb.example/api/v1/');
    expect(calls.join('\n')).toContain('Bearer $BIBLIOS_KEY');
    expect(calls.join('\n')).not.toContain('bib_secret');
  });

  it('hold a place for a key that is not known any more', () => {
    expect(linesFor('read', 'https://kb.example')).toContain("BIBLIOS_KEY='bib_…'");
  });
});
