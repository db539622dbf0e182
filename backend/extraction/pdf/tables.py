"""Tables whose lines are drawn: the lines tell which cell is where, and what it spans."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.extraction.pdf.lines import lines_in
from backend.extraction.pdf.paragraphs import Block
from backend.extraction.pdf.pieces import Line, Piece
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of

_NEAR = 3.0
_MAX_LINES = 600
_MIN_EDGES = 3
_MIN_FILLED = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """Edges from the left and from the top, and the lines that are drawn along them."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    lines: tuple[Line, ...]

    def holds(self, piece: Piece) -> bool:
        across, down = (piece.left + piece.right) / 2, (piece.bottom + piece.top) / 2
        return self.columns[0] < across < self.columns[-1] and self.rows[-1] < down < self.rows[0]


def grids_of(lines: Sequence[Line]) -> list[Grid]:
    """The grids that lines form: at least two columns and two rows. A frame around text is none."""
    if len(lines) > _MAX_LINES:
        return []
    found = []
    for group in _touching(lines):
        columns = _edges(line.at for line in group if not line.across)
        rows = _edges(line.at for line in group if line.across)[::-1]
        if len(columns) >= _MIN_EDGES and len(rows) >= _MIN_EDGES:
            found.append(Grid(tuple(columns), tuple(rows), tuple(group)))
    return found


def table_in(grid: Grid, pieces: Iterable[Piece], spanned: Spanned) -> Block | None:
    """The table that stands in a grid; None when it is empty."""
    width, height = len(grid.columns) - 1, len(grid.rows) - 1
    cells: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        across, down = (piece.left + piece.right) / 2, (piece.bottom + piece.top) / 2
        # A cell that spans columns has its words anywhere in it; its first column counts.
        column = max(0, sum(edge < across for edge in grid.columns) - 1)
        row = max(0, sum(edge > down for edge in grid.rows) - 1)
        cells.setdefault((min(row, height - 1), min(column, width - 1)), []).append(piece)
    if not cells:
        return None
    if (ruled := _ruled(grid, cells)) is not grid:
        return table_in(ruled, [piece for inside in cells.values() for piece in inside], spanned)
    taken: set[tuple[int, int]] = set()
    rows: list[list[Cell]] = []
    for row in range(height):
        made: list[Cell] = []
        for column in range(width):
            if (row, column) in taken:
                continue
            across, down = _span(grid, row, column)
            own = {(row + below, column + beside) for below in range(down) for beside in range(across)}
            taken |= own
            inside = [piece for place in own for piece in cells.get(place, ())]
            made.append(Cell(_text(inside), across, down))
        rows.append(made)
    text = "\n".join(lines_of(filled_rows(rows, spanned)))
    size = next(iter(cells.values()))[0].size
    return Block(text, size, grid.rows[0], is_table=True) if text else None


def _ruled(grid: Grid, cells: Mapping[tuple[int, int], Sequence[Piece]]) -> Grid:
    """The grid with a line between the rows that stand in one row of it, where none was drawn between them.

    They are rows where most cells have the same number of lines, at the same heights.
    """
    added: list[Line] = []
    for row in range(len(grid.rows) - 1):
        filled = [pieces for (at, _), pieces in sorted(cells.items()) if at == row]
        heights = [[lines[0].base for lines in lines_in(pieces)] for pieces in filled]
        if len(filled) < _MIN_FILLED or _spans_rows(grid, row):
            continue
        usual = max(heights, key=len)
        same = [one for one in heights if len(one) == len(usual) and _at_same(one, usual)]
        if len(usual) > 1 and 2 * len(same) > len(filled) and len(same) >= _MIN_FILLED:
            size = max(piece.size for piece in filled[0])
            added += [Line(True, lower + 0.8 * size, grid.columns[0], grid.columns[-1]) for lower in usual[1:]]
    rows = tuple(sorted({*grid.rows, *(line.at for line in added)}, reverse=True))
    return Grid(grid.columns, rows, (*grid.lines, *added)) if len(rows) > len(grid.rows) else grid


def _spans_rows(grid: Grid, row: int) -> bool:
    """Whether a cell of the row goes on above or below: a line through it would cut that cell."""
    columns = itertools.pairwise(grid.columns)
    return any(
        not _drawn(grid, True, edge, (left + right) / 2)
        for left, right in columns
        for edge in (grid.rows[row], grid.rows[row + 1])
    )


def _at_same(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs(first - second) <= _NEAR for first, second in zip(one, other, strict=True))


def _text(pieces: Sequence[Piece]) -> str:
    return " ".join(line.text for row in lines_in(pieces) for line in row)


def _span(grid: Grid, row: int, column: int) -> tuple[int, int]:
    """How many columns and rows a cell covers: as far as no line is drawn beside and below it."""
    middle = (grid.rows[row] + grid.rows[row + 1]) / 2
    across = 1
    while column + across < len(grid.columns) - 1 and not _drawn(grid, False, grid.columns[column + across], middle):
        across += 1
    center = (grid.columns[column] + grid.columns[column + 1]) / 2
    down = 1
    while row + down < len(grid.rows) - 1 and not _drawn(grid, True, grid.rows[row + down], center):
        down += 1
    return across, down


def _drawn(grid: Grid, across: bool, at: float, through: float) -> bool:
    return any(
        line.across is across and abs(line.at - at) <= _NEAR and line.start - _NEAR <= through <= line.end + _NEAR
        for line in grid.lines
    )


def _edges(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _touching(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that cross or touch each other, directly or over others."""
    groups: list[list[Line]] = []
    left = list(lines)
    while left:
        group = [left.pop()]
        at = 0
        while at < len(group):
            near = [line for line in left if _touch(group[at], line)]
            left = [line for line in left if line not in near] if near else left
            group += near
            at += 1
        groups.append(group)
    return groups


def _touch(one: Line, other: Line) -> bool:
    if one.across is other.across:
        return abs(one.at - other.at) <= _NEAR and one.start <= other.end + _NEAR and other.start <= one.end + _NEAR
    return one.start - _NEAR <= other.at <= one.end + _NEAR and other.start - _NEAR <= one.at <= other.end + _NEAR
