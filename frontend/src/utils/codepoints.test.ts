import { describe, expect, it } from 'vitest';
import { CodePointIndex } from './codepoints';

const SAMPLES = ['', 'plain', 'a😀b', '😀😀', 'Zażółć 𠜎 gęślą', 'e\u0301👩‍👩‍👧end', '日本語𩸽テキスト'];

describe('CodePointIndex', () => {
  it.each(SAMPLES)('slices %j as code points do, for every pair of offsets', (text) => {
    const points = [...text];
    const index = new CodePointIndex(text);
    expect(index.length).toBe(points.length);
    for (let start = 0; start <= points.length; start += 1) {
      for (let end = start; end <= points.length; end += 1) {
        expect(index.slice(start, end)).toBe(points.slice(start, end).join(''));
      }
    }
  });

  it.each(SAMPLES)('leads back from UTF-16 in %j', (text) => {
    const index = new CodePointIndex(text);
    for (let offset = 0; offset <= index.length; offset += 1) {
      expect(index.fromUtf16(index.toUtf16(offset))).toBe(offset);
    }
  });

  it('keeps offsets outside the text at its ends', () => {
    const index = new CodePointIndex('a😀');
    expect(index.toUtf16(-3)).toBe(0);
    expect(index.toUtf16(99)).toBe(3);
  });

  it('counts a lone surrogate as one', () => {
    expect(new CodePointIndex('a\ud83db').length).toBe(3);
  });
});
