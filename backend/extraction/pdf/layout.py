"""In which order a page is read: columns one after the other, rows of a table as rows, lines joined to paragraphs.

A page is taken row by row. Rows that leave the same stripe free form a region; where each side of the stripe reads on
from line to line they are columns, otherwise rows of a table.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.extraction.pdf.hyphens import BREAKS, HYPHENS, Vocabulary
from backend.extraction.pdf.lines import TextLine
from backend.extraction.pdf.paragraphs import SENTENCE_END, Block, paragraphs, shown

_GUTTER_POINTS = 9.0
_FLOWS = 0.5
_MIN_LINES = 4
_MOSTLY = 0.4
_MAX_COLUMNS = 4
_MAX_LINES = 1_500


def blocks_in(rows: Sequence[Sequence[TextLine]], vocabulary: Vocabulary) -> Iterator[Block]:
    """What a page says, in reading order."""
    for part in _side_by_side(rows):
        for region in _regions(part):
            columns = _columns(region)
            if columns is None:
                yield from _as_table(region)
            else:
                for column in columns:
                    yield from paragraphs(column, vocabulary)


# -- columns of a page -----------------------------------------------------------------------------------------


def _side_by_side(rows: Sequence[Sequence[TextLine]], depth: int = 0) -> Iterator[Sequence[Sequence[TextLine]]]:
    """The page in parts to be read one after the other, where most of its lines keep clear of one stripe.

    Lines across the stripe, such as a title, divide what stands above them from what stands below.
    """
    stripe = _stripe(rows) if depth < _MAX_COLUMNS else None
    if stripe is None:
        yield rows
        return
    part: list[Sequence[TextLine]] = []
    for row in [*rows, None]:
        if row is not None and not any(line.left < stripe < line.right for line in row):
            part.append(row)
            continue
        left = [kept for one in part if (kept := [line for line in one if line.right <= stripe])]
        right = [kept for one in part if (kept := [line for line in one if line.left >= stripe])]
        if all(_flows([line for one in side for line in one]) for side in (left, right)):
            yield from _side_by_side(left, depth + 1)
            yield from _side_by_side(right, depth + 1)
        elif part:
            yield part
        if row is not None:
            yield [row]
        part = []


def _stripe(rows: Sequence[Sequence[TextLine]]) -> float | None:
    """Where a page divides into columns; None for one that does not."""
    lines = [line for row in rows for line in row]
    if not 2 * _MIN_LINES <= len(lines) <= _MAX_LINES:
        return None
    best: tuple[int, float] | None = None
    ends = sorted({line.right for line in lines})
    for end in ends:
        begins = [line.left for line in lines if line.left >= end]
        if not begins or min(begins) - end < _GUTTER_POINTS / 2:
            continue
        at = (end + min(begins)) / 2
        crossing = sum(line.left < at < line.right for line in lines)
        sides = sum(line.right <= at for line in lines), len(begins)
        if min(sides) >= _MIN_LINES and crossing <= _MOSTLY * len(lines) and (best is None or crossing < best[0]):
            best = crossing, at
    return best[1] if best else None


# -- regions ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Region:
    """Rows one below the other that leave the same stripes free; `gutters` are those, from the left."""

    rows: list[list[TextLine]]
    gutters: list[tuple[float, float]]


def _regions(rows: Sequence[Sequence[TextLine]]) -> Iterator[_Region]:
    current: _Region | None = None
    for row in map(list, rows):
        if current is not None:
            kept = _free(current.gutters, row)
            if not current.gutters and len(row) == 1:
                current.rows.append(row)
                continue
            if kept and not (len(row) > 1 and len(kept) < len(current.gutters) and len(current.rows) > 2):
                current.rows.append(row)
                current.gutters = kept
                continue
            yield current
        current = _Region([row], _between(row))
    if current is not None:
        yield current


def _between(row: Sequence[TextLine]) -> list[tuple[float, float]]:
    """The stripes that a row leaves free, those at its sides without an end."""
    if len(row) == 1:
        return []
    return [
        (one.right, other.left) for one, other in itertools.pairwise(row) if other.left - one.right >= _GUTTER_POINTS
    ]


def _free(gutters: Sequence[tuple[float, float]], row: Sequence[TextLine]) -> list[tuple[float, float]]:
    """What a row leaves of gutters: all of them have to go on, but for one that it fills on one side only."""
    kept = []
    for left, right in gutters:
        for line in row:
            if line.right <= left or line.left >= right:
                continue
            if line.left <= left and line.right >= right:
                return []
            if line.left <= left:
                left = max(left, line.right)
            else:
                right = min(right, line.left)
        if right - left >= _GUTTER_POINTS:
            kept.append((left, right))
    return kept


def _columns(region: _Region) -> list[list[TextLine]] | None:
    """The lines of each column where the region is read column by column; None where it is read row by row."""
    if not region.gutters:
        return [[line for row in region.rows for line in row]]
    columns = _by_gutter(region)
    if len(region.rows) < 3 or any(len(column) < 2 for column in columns):
        return None
    return columns if all(_flows(column) for column in columns) else None


def _by_gutter(region: _Region) -> list[list[TextLine]]:
    edges = [(left + right) / 2 for left, right in region.gutters]
    columns: list[list[TextLine]] = [[] for _ in range(len(edges) + 1)]
    for row in region.rows:
        for line in row:
            columns[sum(line.left > edge for edge in edges)].append(line)
    return columns


def _flows(column: Sequence[TextLine]) -> bool:
    """Whether the lines of a column read on, one into the next."""
    if len(column) < 3 or sum(len(line.text.split()) for line in column) < 3 * len(column):
        return False
    pairs = list(itertools.pairwise(column))
    right = max(line.right for line in column)
    goes_on = sum(
        after.text[:1].islower() or before.text[-1:] in BREAKS + HYPHENS + "," or before.right > right - 2 * before.size
        for before, after in pairs
        if not SENTENCE_END.search(before.text) or before.right > right - 4 * before.size
    )
    return goes_on >= _FLOWS * len(pairs)


def _as_table(region: _Region) -> Iterator[Block]:
    """Rows with their cells beside each other. Nothing tells here which names which, so nothing is named."""
    lines = []
    for row in region.rows:
        cells = [shown(line.text) for line in row]
        lines.append(" | ".join(cells) if len(region.rows) > 1 else " ".join(cells))
    first = region.rows[0][0]
    yield Block("\n".join(lines), first.size, first.top, is_table=len(region.rows) > 1)
