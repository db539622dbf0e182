/** How well a name fits what was typed: whole words before beginnings of words before parts of them. */
const WHOLE = 1;
const BEGINNING = 0.8;
const PART = 0.4;
/** Words that find a thing although it is not called so count for less than its name. */
const KEYWORD_SHARE = 0.5;
/** Shorter pieces stand inside too many words to mean anything. */
const PART_CHARS = 3;

const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function fitOf(typed: string, words: readonly string[]): number {
  let best = 0;
  for (const word of words) {
    if (word === typed) return WHOLE;
    if (word.startsWith(typed)) best = BEGINNING;
    else if (best === 0 && typed.length >= PART_CHARS && word.includes(typed)) best = PART;
  }
  return best;
}

/**
 * Between 0, does not fit, and 1. Every word that was typed has to stand in the name or among the keywords; letters
 * that are merely somewhere in it, one after the other, are no match.
 */
export function rank(typed: string, name: string, keywords: readonly string[] = []): number {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return fold(name).includes(fold(typed).trim()) ? PART : 0;
  const words = wordsOf(name);
  const others = keywords.flatMap(wordsOf);
  const fits = wanted.map((word) => Math.max(fitOf(word, words), KEYWORD_SHARE * fitOf(word, others)));
  if (fits.includes(0)) return 0;
  const mean = fits.reduce((sum, value) => sum + value, 0) / fits.length;
  // Of names that fit alike, the one that begins with what was typed, and the shorter, comes first.
  const begins = fold(name).startsWith(fold(typed).trim());
  return mean * 0.9 + (begins ? 0.06 : 0) + 0.04 / (1 + Math.max(0, words.length - wanted.length));
}
