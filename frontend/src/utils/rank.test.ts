import { describe, expect, it } from 'vitest';
import { rank } from './rank';

const best = (typed: string, names: string[]) =>
  names
    .map((name) => ({ name, score: rank(typed, name) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ name }) => name);

describe('ranking', () => {
  it('takes no stray letters for a match', () => {
    expect(rank('api', 'Calibration interval of the pressure sensor')).toBe(0);
    expect(rank('lib', 'Sliding bearing')).toBe(0);
    expect(rank('se', 'Close the books')).toBe(0);
  });

  it('puts words before beginnings before parts of words', () => {
    expect(best('set', ['Offset printing', 'Settings', 'Data set'])).toEqual([
      'Data set',
      'Settings',
      'Offset printing',
    ]);
  });

  it('puts the name before the words that merely find it', () => {
    expect(rank('theme', 'Theme: Dark')).toBeGreaterThan(rank('theme', 'Appearance', ['theme dark light']));
    expect(rank('theme', 'Appearance', ['theme dark light'])).toBeGreaterThan(0);
  });

  it('needs every word, in any order and spelling', () => {
    expect(rank('zürich büro', 'Buro Zurich')).toBeGreaterThan(0);
    expect(rank('report paris', 'Report of Lyon')).toBe(0);
  });

  it('puts the shorter name first where two fit alike', () => {
    expect(best('search', ['Search quality of last week', 'Search'])).toEqual([
      'Search',
      'Search quality of last week',
    ]);
  });
});
