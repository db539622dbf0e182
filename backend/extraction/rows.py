"""Rows of a table as files have them: every value at its column, cells that span others in all that they cover."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backend.extraction.failures import failure

#: What a table may have at the most; HTML's own limit of a span is 1,000 columns and 65,534 rows.
MAX_COLUMNS = 16_384
_MAX_ACROSS = 1_000
_MAX_SPANNED = 2_000_000


class Spanned:
    """Counts the cells that are filled from another one: a few spans may ask for millions.

    One for all tables of a file. Raises `too_large`.
    """

    def __init__(self) -> None:
        self._left = _MAX_SPANNED

    def spend(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise failure("too_large", f"{_MAX_SPANNED:,} table cells that others cover")


class Amount(str):
    """What a file shows a number or a date as: "12 pcs.", "May 2031"."""

    __slots__ = ()


class Cell(NamedTuple):
    """One cell as a file has it. `down` 0: to the end of the table. `names`: the file says that it names something."""

    text: str
    across: int = 1
    down: int = 1
    names: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Values by column.

    `joined`: columns that belong to the cell on their left. `names`: the file says that the row names the columns.
    `headed`: it says that some of its cells name the row.
    """

    values: tuple[str, ...]
    joined: frozenset[int] = frozenset()
    names: bool = False
    headed: bool = False

    @property
    def filled(self) -> int:
        """How many cells are not empty; one that covers several columns counts once."""
        return sum(bool(value) for column, value in enumerate(self.values) if column not in self.joined)


def plain_rows(rows: Iterable[Sequence[str]]) -> Iterator[Row]:
    """Rows of a file that knows no spans."""
    for row in rows:
        yield Row(tuple(" ".join(value.split()) for value in row[:MAX_COLUMNS]))


def whole(text: str, *, otherwise: int = 0) -> int:
    """A number that a file writes in digits, at most nine of them."""
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def filled_rows(rows: Iterable[Sequence[Cell]], spanned: Spanned | None = None) -> Iterator[Row]:
    """Rows with every cell at its column: one that spans columns or rows is in all of them."""
    spanned = spanned or Spanned()
    above: dict[int, _Spanning] = {}
    for cells in rows:
        row = _Filling(above, spanned)
        for cell in cells:
            row.put(cell)
        yield row.finish()
        above = row.below


@dataclass(frozen=True, slots=True)
class _Spanning:
    """What a cell leaves to the rows below it, for one column; `rows` -1: to the end of the table."""

    text: str
    rows: int
    joined: bool
    names: bool


class _Filling:
    """One row, filled from the left, with what comes down from above in its place."""

    def __init__(self, above: dict[int, _Spanning], spanned: Spanned) -> None:
        self._spanned = spanned
        self.below: dict[int, _Spanning] = {}
        self._above = above
        self._values: list[str] = []
        self._joined: set[int] = set()
        self._names: list[bool] = []

    def put(self, cell: Cell) -> None:
        text = " ".join(cell.text.split())
        if isinstance(cell.text, Amount):
            text = Amount(text)
        self._take_above()
        rows = cell.down - 1 if cell.down > 0 else -1
        for step in range(max(1, min(cell.across, _MAX_ACROSS))):
            # A cell that overlaps one from above is an error of the file; the one from above stands.
            self._spanned.spend(step > 0)
            if len(self._values) in self._above:
                self._take_above(once=True)
            else:
                self._write(_Spanning(text, rows, step > 0, cell.names))

    def finish(self) -> Row:
        for column in sorted(self._above):
            while len(self._values) < column:
                self._values.append("")
            self._take_above()
        named = bool(self._names) and all(self._names)
        return Row(tuple(self._values), frozenset(self._joined), named, any(self._names) and not named)

    def _take_above(self, *, once: bool = False) -> None:
        while (found := self._above.pop(len(self._values), None)) is not None:
            self._spanned.spend(1)
            self._write(found)
            if once:
                return

    def _write(self, part: _Spanning) -> None:
        column = len(self._values)
        if column >= MAX_COLUMNS:
            return
        if part.joined:
            self._joined.add(column)
        elif part.text:
            self._names.append(part.names)
        if part.rows:
            left = part.rows - 1 if part.rows > 0 else -1
            self.below[column] = _Spanning(part.text, left, part.joined, part.names)
        self._values.append(part.text)
