"""Lines of a page: stretches of text that stand beside each other, in the order in which they are read.

On a page that is written from the right all stretches are mirrored, so that whoever lays it out need not know: `left`
is where a line begins.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from backend.extraction.pdf.pieces import Piece

_FROM_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_FROM_LEFT = re.compile(r"[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\u9fff\uac00-\ud7af]")
_SAME_ROW = 0.5
_GUTTER = 1.1  # of the letters' size
#: Raised and lowered figures: short, small, and right beside a word.
_RAISED_CHARS = 12
_RAISED_SIZE = 0.8
_RAISED_BESIDE = 0.35
_RAISED_BY = 0.75
_BUCKET_POINTS = 4.0


@dataclass(slots=True)
class TextLine:
    """One line of one column. `mirrored`: its pieces are."""

    pieces: list[Piece]
    mirrored: bool = False
    text: str = field(init=False)
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.pieces.sort(key=lambda piece: piece.left)
        self.left = self.pieces[0].left
        self.text = _joined(_as_read(self.pieces[::-1] if self.mirrored else self.pieces))

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        return max(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return min(piece.bottom for piece in self.pieces)

    @property
    def base(self) -> float:
        return max(self.pieces, key=lambda piece: len(piece.text)).base

    @property
    def size(self) -> float:
        return max(self.pieces, key=lambda piece: len(piece.text)).size


def lines_in(pieces: Iterable[Piece]) -> list[list[TextLine]]:
    """Rows from the top, each with its lines from where one begins to read: pieces that stand close are one line."""
    pieces = list(pieces)
    mirrored = _is_from_right(pieces)
    if mirrored:
        pieces = [replace(piece, left=-piece.right, right=-piece.left) for piece in pieces]
    plain, raised = _raised(pieces)
    rows: list[list[Piece]] = []
    row_of: dict[int, list[Piece]] = {}
    for piece in sorted(plain, key=lambda one: (-one.base, one.left)):
        row = next((row for row in reversed(rows[-3:]) if _beside(row, piece)), None)
        if row is None:
            rows.append(row := [])
        row.append(piece)
        row_of[id(piece)] = row
    for piece, host in raised:
        row_of[id(host)].append(piece)
    return [list(_lines(row, mirrored=mirrored)) for row in rows]


def _raised(pieces: Sequence[Piece]) -> tuple[list[Piece], list[tuple[Piece, Piece]]]:
    """The pieces without raised and lowered figures, and those, each with the piece that it belongs to."""
    small = [piece for piece in pieces if len(piece.text.strip()) <= _RAISED_CHARS]
    largest = max((piece.size for piece in pieces), default=0.0)
    small = [piece for piece in small if piece.size <= _RAISED_SIZE * largest]
    if not small:
        return list(pieces), []
    edges: dict[int, list[Piece]] = {}
    for piece in pieces:
        for edge in {int(piece.left // _BUCKET_POINTS), int(piece.right // _BUCKET_POINTS)}:
            edges.setdefault(edge, []).append(piece)
    found = [(piece, host) for piece in small if (host := _host(piece, edges)) is not None]
    belonging = {id(piece) for piece, _ in found}
    # What a figure belongs to is none itself.
    found = [(piece, host) for piece, host in found if id(host) not in belonging]
    belonging = {id(piece) for piece, _ in found}
    return [piece for piece in pieces if id(piece) not in belonging], found


def _host(piece: Piece, edges: dict[int, list[Piece]]) -> Piece | None:
    """The larger piece that a small one stands right beside, higher or lower than that one's letters."""
    places = {int(edge // _BUCKET_POINTS) + step for edge in (piece.left, piece.right) for step in (-1, 0, 1)}
    for place in sorted(places):
        for other in edges.get(place, ()):
            if piece.size > _RAISED_SIZE * other.size:
                continue
            off = abs(piece.base - other.base)
            near = _RAISED_BESIDE * other.size
            beside = min(abs(piece.left - other.right), abs(other.left - piece.right))
            if 0.1 * other.size < off < _RAISED_BY * other.size and beside <= near:
                return other
    return None


def _beside(row: Sequence[Piece], piece: Piece) -> bool:
    other = row[0]
    height = min(other.top - other.bottom, piece.top - piece.bottom)
    overlap = min(other.top, piece.top) - max(other.bottom, piece.bottom)
    if overlap < _SAME_ROW * height:
        return False
    # Two lines that are set tightly overlap as well, but then one stands above the other.
    return abs(other.base - piece.base) < 0.6 * max(other.size, piece.size)


def _lines(row: list[Piece], *, mirrored: bool) -> Iterator[TextLine]:
    row.sort(key=lambda piece: piece.left)
    current: list[Piece] = []
    for piece in row:
        if current and piece.left - current[-1].right > max(piece.size, current[-1].size) * _GUTTER:
            yield TextLine(current, mirrored)
            current = []
        current.append(piece)
    if current:
        yield TextLine(current, mirrored)


def _joined(pieces: Sequence[Piece]) -> str:
    text = ""
    before: Piece | None = None
    for piece in pieces:
        if before is not None and text and not text[-1].isspace() and not piece.text[0].isspace():
            gap = max(piece.left - before.right, before.left - piece.right)
            if gap > 0.12 * max(piece.size, before.size):
                text += " "
        text += piece.text
        before = piece
    return text.strip()


# -- directions ------------------------------------------------------------------------------------------------


def _is_from_right(pieces: Iterable[Piece]) -> bool:
    """Whether most letters are of a script that is written from the right."""
    right = left = 0
    for piece in pieces:
        if count := len(_FROM_RIGHT.findall(piece.text)):
            right += count
        else:
            left += len(_FROM_LEFT.findall(piece.text))
    return right > left


def _as_read(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Pieces from the left of the page in the order in which they are read; within each, PDFium did that already.

    Words of the other direction in a line are read in that direction (Unicode Standard Annex 9, in its simplest form).
    """
    against = [_FROM_RIGHT.search(piece.text) is not None for piece in pieces]
    if not any(against):
        return pieces
    from_right = _is_from_right(pieces)
    ordered: list[Piece] = []
    run: list[Piece] = []
    line = list(zip(pieces, against, strict=True))
    for piece, is_right in reversed(line) if from_right else line:
        if is_right is not from_right:
            run.append(piece)
            continue
        ordered += [*reversed(run), piece]
        run = []
    return [*ordered, *reversed(run)]
