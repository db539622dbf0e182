import { layoutSigns, sliceWithout } from '@/utils/layoutSigns';
import { snippetOf } from '@/utils/snippet';

interface HighlightedProps {
  text: string;
  highlights: readonly { start: number; end: number }[];
  /** Text whose signs mean something, such as code, is shown as it is. */
  verbatim?: boolean;
}

/** A passage with its matched words marked, beginning shortly before the first of them. */
export function Highlighted({ text, highlights, verbatim = false }: HighlightedProps) {
  const hidden = verbatim ? [] : layoutSigns(text);
  return snippetOf(text, highlights).map((piece) => {
    if (piece.marked) {
      return (
        <mark key={piece.start} className="text-on-mark">
          {piece.text}
        </mark>
      );
    }
    const shown =
      piece.start < 0
        ? piece.text
        : sliceWithout(text, piece.start, piece.start + piece.text.length, hidden).replace(
            /[ \t]*\|[ \t]*/g,
            verbatim ? '$&' : ' · ',
          );
    return <span key={piece.start}>{shown}</span>;
  });
}
