import { describe, expect, it } from 'vitest';
import { blocksOf, type SectionMark } from './blocks';

const section = (start: number, heading: string | null = null, page: number | null = null): SectionMark => ({
  start,
  heading,
  level: 1,
  page,
});
const joined = (text: string, marks: SectionMark[]) =>
  blocksOf(text, marks)
    .map(({ start, end }) => text.slice(start, end))
    .join('');

describe('blocksOf', () => {
  it('gives back the whole text, whatever the sections say', () => {
    const text = Array.from({ length: 900 }, (_, line) => `Line ${line} of a long document.\n`).join('');
    for (const marks of [
      [],
      [section(0)],
      [section(31), section(62), section(text.length + 5)],
      [section(500), section(0)],
    ]) {
      expect(joined(text, marks)).toBe(text);
    }
  });

  it('begins a block at each section and names it', () => {
    const blocks = blocksOf('Intro\nText\nNext\nMore', [section(0, 'Intro'), section(11, 'Next')]);
    expect(blocks.map(({ start, heading }) => [start, heading])).toEqual([
      [0, 'Intro'],
      [11, 'Next'],
    ]);
  });

  it('says once where a page begins', () => {
    const blocks = blocksOf('one two three', [section(0, null, 1), section(4, null, 1), section(8, null, 2)]);
    expect(blocks.map(({ page }) => page)).toEqual([1, null, 2]);
  });

  it('cuts an endless line without breaking a character', () => {
    const text = '😀'.repeat(9000);
    const blocks = blocksOf(text, []);
    expect(blocks.length).toBeGreaterThan(3);
    for (const { start } of blocks) expect(text.codePointAt(start)).toBe(0x1f600);
    expect(joined(text, [])).toBe(text);
  });
});
