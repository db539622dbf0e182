"""Rows and cells of tables in OpenDocument files, through the groups that they stand in.

OpenDocument 1.3, part 3, chapter 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

from backend.extraction.extractors.open_document import OFFICE, TABLE
from backend.extraction.tables import MAX_COLUMNS, Amount, Spanned, whole

#: What groups rows or columns of a table.
_GROUPS = {
    f"{TABLE}table-{what}" for what in ("row-group", "rows", "header-rows", "column-group", "columns", "header-columns")
}
_NUMBERS = frozenset({"float", "percentage", "currency", "date", "time"})


class Member(NamedTuple):
    """A row or a column. `is_head`: it is one of those that are shown again on every page."""

    element: Element
    is_shown: bool = True
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class OpenCell:
    element: Element
    across: int
    down: int
    times: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    cells: tuple[OpenCell, ...]
    times: int
    names: bool

    @property
    def width(self) -> int:
        return sum(cell.times for cell in self.cells)


def rows_of(table: Element, spanned: Spanned) -> Iterator[OpenRow]:
    """Rows that are shown, without the cells that others cover. Repeated ones are counted by `spanned`."""
    for row, is_shown, is_head in members(table, "table-row"):
        if not is_shown:
            continue
        cells = tuple(
            OpenCell(cell, *spans(cell), min(MAX_COLUMNS, repeated(cell, "columns")))
            for cell in row.findall(f"{TABLE}table-cell")
        )
        times = repeated(row, "rows")
        if times > 1 and not "".join(row.itertext()).strip():
            times = 1  # how many rows are empty tells nothing
        made = OpenRow(cells, times, is_head)
        spanned.spend(made.width * times - len(cells))
        yield made


def members(table: Element, kind: str) -> Iterator[Member]:
    """The rows or columns of a table in order, also those in groups."""
    stack = [Member(one) for one in reversed(table)]
    while stack:
        element, is_shown, is_head = stack.pop()
        if element.tag == f"{TABLE}{kind}":
            yield Member(element, is_shown and element.get(f"{TABLE}visibility", "visible") == "visible", is_head)
        elif element.tag in _GROUPS:
            is_shown = is_shown and element.get(f"{TABLE}display", "true") != "false"
            is_head = is_head or element.tag == f"{TABLE}table-header-rows"
            stack += [Member(one, is_shown, is_head) for one in reversed(element)]


def repeated(element: Element, what: str) -> int:
    """How often a row or a cell is there: `what` is ``rows`` or ``columns``."""
    return max(1, whole(element.get(f"{TABLE}number-{what}-repeated", ""), otherwise=1))


def spans(cell: Element) -> tuple[int, int]:
    """How many columns and rows it covers."""
    across, down = (
        max(1, whole(cell.get(f"{TABLE}number-{what}-spanned", ""), otherwise=1)) for what in ("columns", "rows")
    )
    return across, down


def valued(cell: Element, text: str) -> str:
    """The text of a cell, as an `Amount` where the file says that it shows a number or a date."""
    return Amount(text) if cell.get(f"{OFFICE}value-type") in _NUMBERS else text
