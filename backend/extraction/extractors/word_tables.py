"""Tables of a Word document: rows and cells, also those in content controls, and what goes on from above."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from backend.extraction.extractors.numbering import W, value, whole
from backend.extraction.extractors.word_styles import is_on
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of

MAX_DEPTH = 30
#: What only holds blocks: its content counts, itself not.
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = frozenset({f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag", f"{_MC}Fallback"})


@dataclass(slots=True)
class WordCell:
    element: Element
    across: int
    column: int
    down: int = 1
    names: bool = False
    blank: bool = field(default=False)

    def text(self, depth: int, item: Callable[[Element], str], spanned: Spanned) -> str:
        """Its paragraphs in one line, each as `item` tells it; a table in it follows, row by row."""
        if self.blank:
            return ""
        parts = []
        for block in blocks_in(self.element):
            if block.tag == f"{W}p":
                parts.append(item(block))
            elif depth < MAX_DEPTH:
                inner = [
                    [Cell(one.text(depth + 1, item, spanned), one.across, one.down, one.names) for one in row]
                    for row in rows_of(block)
                ]
                parts.append("; ".join(lines_of(filled_rows(inner, spanned))))
        return " ".join(filter(None, parts))


def rows_of(table: Element) -> Iterator[list[WordCell]]:
    """Rows with their cells; one that goes on from above is part of the one where it began."""
    rows: list[list[WordCell]] = []
    began: dict[int, WordCell] = {}
    for row in _inside(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        if properties is not None and is_on(properties.find(f"{W}hidden")):
            continue
        names = properties is not None and is_on(properties.find(f"{W}tblHeader"))
        cells: list[WordCell] = []
        column = whole(value(properties.find(f"{W}gridBefore"))) if properties is not None else 0
        if column:
            cells.append(WordCell(row, column, 0, blank=True))
        still: dict[int, WordCell] = {}
        for cell in _inside(row, f"{W}tc"):
            about = cell.find(f"{W}tcPr")
            across = max(1, whole(value(about.find(f"{W}gridSpan"))) if about is not None else 1)
            merge = about.find(f"{W}vMerge") if about is not None else None
            above = began.get(column)
            if about is not None and about.find(f"{W}cellDel") is not None:
                cells.append(WordCell(cell, across, column, blank=True))
            elif merge is not None and value(merge) != "restart" and above is not None and above.across == across:
                above.down += 1
                still[column] = above
            else:
                made = WordCell(cell, across, column, names=names)
                cells.append(made)
                if merge is not None:
                    still[column] = made
            column += across
        began = still
        rows.append(cells)
    yield from rows


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those in content controls; none of a table inside."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag == f"{W}sdt" and child.find(f"{W}sdtPr/{W}showingPlcHdr") is not None and tag == f"{W}tc":
            for cell in _inside(child, tag):  # its words only ask to be filled in, its place counts
                empty = Element(tag)
                empty.extend(cell.findall(f"{W}tcPr"))
                yield empty
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", *_WRAPPERS}:
            yield from _inside(child, tag)


def blocks_in(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, through content controls, insertions and other wrappers."""
    for child in parent:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None and child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                yield from blocks_in(content)
        elif child.tag == f"{_MC}AlternateContent":
            # The same blocks twice, for new and old readers: one is enough.
            choice = child.find(f"{_MC}Choice")
            yield from blocks_in(choice if choice is not None else child)
        elif child.tag in _WRAPPERS:
            yield from blocks_in(child)
