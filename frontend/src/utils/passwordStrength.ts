/** A rough measure while typing; whether a password is among the known ones only the server can tell. */

export type Strength = 'short' | 'weak' | 'fair' | 'strong';

const MIN_CHARS = 8;
const FAIR_BITS = 40;
const STRONG_BITS = 60;

const ALPHABETS: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/\d/, 10],
  [/[^a-zA-Z\d]/, 30],
];

/** Characters that add something: a repeated one, or the next of a row such as `abcd` or `4321`, does not. */
function surprising(password: string): number {
  const codes = [...password].map((character) => character.codePointAt(0) ?? 0);
  return codes.filter((code, index) => {
    const before = codes[index - 1];
    return before === undefined || Math.abs(code - before) > 1;
  }).length;
}

/** Counts what somebody would have to try who knows the alphabets and nothing else. */
export function strengthOf(password: string): Strength {
  if ([...password].length < MIN_CHARS) return 'short';
  const alphabet = ALPHABETS.reduce((sum, [has, size]) => sum + (has.test(password) ? size : 0), 0);
  const distinct = new Set(password).size;
  // Few distinct characters make a small alphabet, however large the one that they were taken from.
  const bits = surprising(password) * Math.log2(Math.min(alphabet, distinct * 4));
  if (bits < FAIR_BITS) return 'weak';
  return bits < STRONG_BITS ? 'fair' : 'strong';
}
