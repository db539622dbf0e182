/**
 * Offsets from the server count Unicode code points; JavaScript strings count UTF-16 units. A character outside the
 * Basic Multilingual Plane (an emoji, a rare ideograph) is one of the first and two of the second.
 */

const HIGH_SURROGATE = /[\uD800-\uDBFF][\uDC00-\uDFFF]/;

export class CodePointIndex {
  readonly #text: string;
  /** Null when every character is one unit wide, as in most texts: offsets are then the same. */
  readonly #wide: Uint32Array | null;

  constructor(text: string) {
    this.#text = text;
    this.#wide = HIGH_SURROGATE.test(text) ? widePositions(text) : null;
  }

  /** Length of the text in code points. */
  get length(): number {
    return this.#text.length - (this.#wide?.length ?? 0);
  }

  /** The UTF-16 offset of a code point offset; beyond the end it is the end. */
  toUtf16(offset: number): number {
    const clamped = Math.max(0, offset);
    if (!this.#wide) return Math.min(clamped, this.#text.length);
    return Math.min(clamped + countBelow(this.#wide, clamped), this.#text.length);
  }

  /** The code point offset of a UTF-16 offset. */
  fromUtf16(offset: number): number {
    const clamped = Math.min(Math.max(0, offset), this.#text.length);
    if (!this.#wide) return clamped;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.toUtf16(middle) < clamped) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  slice(start: number, end: number): string {
    return this.#text.slice(this.toUtf16(start), this.toUtf16(end));
  }
}

/** Code point offsets of the characters that take two UTF-16 units, ascending. */
function widePositions(text: string): Uint32Array {
  const positions: number[] = [];
  let codePoint = 0;
  for (let unit = 0; unit < text.length; unit += 1, codePoint += 1) {
    const value = text.codePointAt(unit);
    if (value !== undefined && value > 0xffff) {
      positions.push(codePoint);
      unit += 1;
    }
  }
  return Uint32Array.from(positions);
}

function countBelow(sorted: Uint32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
