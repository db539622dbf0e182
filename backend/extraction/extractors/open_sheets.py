"""Workbooks of OpenDocument (.ods): as `sheets` reads those of Excel. Cells carry the text that they are shown as.

OpenDocument 1.3, part 3, chapter 9.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.numbering import letters
from backend.extraction.extractors.open_document import OFFICE, STYLE, TABLE, opened, properties
from backend.extraction.extractors.open_paragraphs import note_of, words
from backend.extraction.extractors.open_tables import members, repeated, spans, valued
from backend.extraction.failures import failure
from backend.extraction.tables import MAX_COLUMNS, Cell, Spanned, filled_rows, lines_of

#: More empty cells in a row than tables have between their columns: they are counted.
_WIDE_GAP = 64
#: Where a cell is written without its text, its value is all there is.
_VALUES = ("string-value", "date-value", "time-value", "boolean-value", "value")


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt`, `encrypted` and `no_text`."""
    package, root, book = opened(source, "spreadsheet")
    shut = {style.get(f"{STYLE}name") for style in root.iter(f"{STYLE}style") if _is_hidden_by(style)}
    builder, spanned = TextBuilder(source.limits), Spanned()
    hidden = sheets_hidden = 0
    for table in book.findall(f"{TABLE}table"):
        if table.get(f"{TABLE}style-name") in shut:
            sheets_hidden += 1
            continue
        sheet = _Sheet(table, spanned)
        for number, line in enumerate(sheet.lines()):
            if not number:
                builder.heading(table.get(f"{TABLE}name", ""), level=1)
            builder.line(line)
        hidden += sheet.hidden
    if sheets_hidden:
        source.warn(f"Hidden sheets were left out: {sheets_hidden}. Show them in the workbook to have them read.")
    if hidden:
        source.warn("Hidden rows or columns were left out. Show them in the workbook to have them read.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the workbook has no filled cells")
    return Content(kind, text, sections, properties(package))


@dataclass(slots=True)
class _Sheet:
    """One table. `hidden` is complete once its lines were read."""

    table: Element
    spanned: Spanned
    hidden: int = 0
    comments: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        yield from lines_of(filled_rows(self._rows(), self.spanned), gaps=True)
        yield from self.comments

    def _rows(self) -> Iterator[list[Cell]]:
        shut = self._hidden_columns()
        seen = 0
        for row, is_shown, _ in members(self.table, "table-row"):
            times = repeated(row, "rows")
            cells = self._cells(row, shut, seen + 1) if is_shown else []
            seen += times
            if not is_shown:
                self.hidden += any(_shown(cell) for cell in row.iter(f"{TABLE}table-cell"))
            elif any(cell.text for cell in cells):
                self.spanned.spend((times - 1) * len(cells))
                yield from repeat(cells, times)
            else:
                yield cells  # how many rows are empty tells nothing

    def _hidden_columns(self) -> list[int]:
        """In order."""
        shut: list[int] = []
        at = 0
        for column, is_shown, _ in members(self.table, "table-column"):
            end = min(MAX_COLUMNS, at + repeated(column, "columns"))
            if not is_shown:
                shut.extend(range(at, end))
            at = end
        return shut

    def _cells(self, row: Element, shut: list[int], number: int) -> list[Cell]:
        cells: list[Cell] = []
        at = empty = 0
        for one in row:
            if one.tag not in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"} or at >= MAX_COLUMNS:
                continue
            first = at
            at = min(MAX_COLUMNS, at + repeated(one, "columns"))
            if one.tag == f"{TABLE}covered-table-cell":
                continue
            text = _shown(one)
            across, down = spans(one)
            self._note(one, f"{letters(first + 1)}{number}")
            if not text and across == down == 1:
                empty += _visible(shut, first, at)
                continue
            for column in range(first, at):
                shown = _visible(shut, column, column + across)
                if not shown:
                    self.hidden += bool(text)
                    continue
                self.spanned.spend(empty if empty > _WIDE_GAP else 0)
                cells += [*repeat(Cell(""), empty), Cell(text, shown, down)]
                empty = 0
        return cells

    def _note(self, cell: Element, place: str) -> None:
        for note in cell.findall(f"{OFFICE}annotation"):
            author, text = note_of(note)
            if text:
                self.comments.append(
                    f"Comment on {place} ({author}): {text}" if author else f"Comment on {place}: {text}"
                )


def _visible(shut: Sequence[int], first: int, end: int) -> int:
    """How many of the columns from `first` up to `end` are not hidden."""
    return end - first - bisect_left(shut, end) + bisect_left(shut, first)


def _is_hidden_by(style: Element) -> bool:
    dress = style.find(f"{STYLE}table-properties")
    return dress is not None and dress.get(f"{TABLE}display") == "false"


def _shown(cell: Element) -> str:
    if text := words(cell):
        return valued(cell, text)
    return next((value for name in _VALUES if (value := cell.get(f"{OFFICE}{name}"))), "")
