import { snippetOf } from '@/utils/snippet';

/** A passage with its matched words marked, beginning shortly before the first of them. */
export function Highlighted({
  text,
  highlights,
}: {
  text: string;
  highlights: readonly { start: number; end: number }[];
}) {
  return snippetOf(text, highlights).map((piece) =>
    piece.marked ? (
      <mark key={piece.start} className="!text-on-mark">
        {piece.text}
      </mark>
    ) : (
      <span key={piece.start}>{piece.text}</span>
    ),
  );
}
