import type { Passage } from '@/services/types';
import { CodePointIndex } from './codepoints';

/** A passage from its closest sentence on, where it has one: that sentence, and what follows it. */
export function fromClosest({ text, start, closest }: Passage): { text: string; closest?: string } {
  if (!closest) return { text };
  return { closest: closest.text, text: text.slice(new CodePointIndex(text).toUtf16(closest.end - start)) };
}
