import { type Mark, markedPieces, NO_MARKS } from '@/utils/marks';
import { MARK_ATTRIBUTES } from './Marked';

/** As much of an HTML tree as is needed here. Positions are offsets into the Markdown that it was made from. */
export interface HtmlNode {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: HtmlNode[];
  position?: { start: { offset?: number }; end: { offset?: number } };
}

const ENTITY = /&(?:#\w{1,8}|\w{1,32});/y;

/**
 * Puts marks into the tree of a stretch of Markdown that begins at `base` in the text. The document's own HTML becomes
 * words: none of it is ever an element.
 */
export function markTree(tree: HtmlNode, source: string, base: number, marks: readonly Mark[]): void {
  const visit = (node: HtmlNode, from: number, to: number) => {
    if (!node.children) return;
    node.children = node.children.flatMap((child) => {
      const start = child.position?.start.offset ?? from;
      const end = child.position?.end.offset ?? to;
      if (child.type === 'raw' || child.type === 'text')
        return marked(child.value ?? '', source, start, end, base, marks);
      visit(child, start, end);
      return [child];
    });
  };
  visit(tree, 0, source.length);
}

function marked(
  value: string,
  source: string,
  from: number,
  to: number,
  base: number,
  marks: readonly Mark[],
): HtmlNode[] {
  const within = marks.filter((mark) => mark.start < base + to && mark.end > base + from);
  if (within.length === 0) return [{ type: 'text', value }];
  const places = placesOf(value, source, from, to);
  const indexOf = (offset: number) => lowerBound(places, offset - base);
  const moved = within
    .map(({ start, end, look }) => ({ start: indexOf(start), end: indexOf(end), look }))
    .filter(({ start, end }) => start < end);
  return markedPieces(0, value.length, moved.length > 0 ? moved : NO_MARKS).map(({ start, end, look }) => {
    const text: HtmlNode = { type: 'text', value: value.slice(start, end) };
    if (look === null) return text;
    return { type: 'element', tagName: 'mark', properties: { ...MARK_ATTRIBUTES[look] }, children: [text] };
  });
}

/** Where each letter of what is shown stands in the source: signs of Markdown between them are passed over. */
export function placesOf(value: string, source: string, from: number, to: number): number[] {
  const whole = source.indexOf(value, from);
  if (whole !== -1 && whole + value.length <= to) {
    return Array.from({ length: value.length }, (_, at) => whole + at);
  }
  const places: number[] = [];
  let at = from;
  for (const letter of value.split('')) {
    let place = at;
    let next = at + 1;
    while (place < to && source[place] !== letter) {
      ENTITY.lastIndex = place;
      const entity = source[place] === '&' ? ENTITY.exec(source) : null;
      if (entity) {
        next = place + entity[0].length;
        break;
      }
      place += 1;
      next = place + 1;
    }
    if (source[place] === '&' && letter === '&') {
      ENTITY.lastIndex = place;
      next = place + (ENTITY.exec(source)?.[0].length ?? 1);
    }
    if (place >= to) {
      // Nothing in the source is this letter: it stands where the one before it does.
      places.push(Math.min(at, to));
      continue;
    }
    places.push(place);
    at = next;
  }
  return places;
}

function lowerBound(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
