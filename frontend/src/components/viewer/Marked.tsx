import { type Mark, markedPieces } from '@/utils/marks';

/** How each mark looks, and by what it is found to be scrolled to. */
export const MARK_ATTRIBUTES = {
  passage: { className: 'passage', 'data-passage': '' },
  found: { className: 'found', 'data-found': '' },
  current: { className: 'found found-current', 'data-found': '', 'data-current': '' },
} as const;

interface MarkedProps {
  text: string;
  from: number;
  to: number;
  marks: readonly Mark[];
}

/** A stretch of the text with its marks. */
export function Marked({ text, from, to, marks }: MarkedProps) {
  if (marks.length === 0) return text.slice(from, to);
  return markedPieces(from, to, marks).map(({ start, end, look }) =>
    look === null ? (
      text.slice(start, end)
    ) : (
      <mark key={start} {...MARK_ATTRIBUTES[look]}>
        {text.slice(start, end)}
      </mark>
    ),
  );
}
