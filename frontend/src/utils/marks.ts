/** Stretches of a document that are marked where they are shown. All offsets are UTF-16 and count from its beginning. */

export interface Mark {
  start: number;
  end: number;
  /** The cited passage, what find found, and of that the one that is looked at. */
  look: 'passage' | 'found' | 'current';
}

export interface MarkedPiece {
  start: number;
  end: number;
  look: Mark['look'] | null;
}

export const NO_MARKS: readonly Mark[] = [];

const STRENGTH = { passage: 0, found: 1, current: 2 } as const;

/** The marks that touch a stretch; the same empty list each time when none does. They are in order of their starts. */
export function marksWithin(marks: readonly Mark[], from: number, to: number): readonly Mark[] {
  const within = marks.filter((mark) => mark.start < to && mark.end > from);
  return within.length === 0 ? NO_MARKS : within;
}

/** The stretch cut where the looks change; where marks overlap, the strongest shows. Together the pieces are the stretch. */
export function markedPieces(from: number, to: number, marks: readonly Mark[]): MarkedPiece[] {
  const within = marksWithin(marks, from, to);
  if (within.length === 0) return from < to ? [{ start: from, end: to, look: null }] : [];
  const cuts = new Set([from, to]);
  for (const { start, end } of within) {
    cuts.add(Math.max(from, start));
    cuts.add(Math.min(to, end));
  }
  const places = [...cuts].sort((one, other) => one - other);
  const pieces: MarkedPiece[] = [];
  for (let at = 0; at + 1 < places.length; at += 1) {
    const start = places[at] ?? from;
    const end = places[at + 1] ?? to;
    let look: Mark['look'] | null = null;
    for (const mark of within) {
      if (mark.start <= start && mark.end >= end && (look === null || STRENGTH[mark.look] > STRENGTH[look])) {
        look = mark.look;
      }
    }
    const before = pieces.at(-1);
    if (before && before.look === look) before.end = end;
    else pieces.push({ start, end, look });
  }
  return pieces;
}
