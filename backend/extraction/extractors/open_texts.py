"""Texts of OpenDocument (.odt): as `word` reads those of Word, without hidden and deleted text.

OpenDocument 1.3, part 3, chapters 4, 5 and 16.
"""

from collections.abc import Iterable, Iterator
from itertools import repeat
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder, check_length
from backend.extraction.extractors.open_document import OFFICE, STYLE, TABLE, TEXT, opened, properties
from backend.extraction.extractors.open_lists import MAX_LEVEL, Block, Lists
from backend.extraction.extractors.open_objects import put_in_place
from backend.extraction.extractors.open_paragraphs import Words, read, told
from backend.extraction.extractors.open_styles import Style, Styles
from backend.extraction.extractors.open_tables import OpenRow, rows_of, valued
from backend.extraction.extractors.word_tables import MAX_DEPTH
from backend.extraction.failures import failure
from backend.extraction.limits import Limits
from backend.extraction.packages import Package
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of, whole

_HEADING, _TABLE = f"{TEXT}h", f"{TABLE}table"
_STARTS = frozenset({f"{TEXT}p", _HEADING, _TABLE})
_FIRST_PAGE = "Standard"


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt`, `encrypted` and `no_text`."""
    package, root, body = opened(source, "text")
    put_in_place(root, package)
    builder = TextBuilder(source.limits)
    writer = _Writer(package, root, builder, source.limits)
    writer.write(body)
    if writer.is_cut:
        source.warn(f"Tables and boxes within others were left out beyond {MAX_DEPTH} levels.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the document is blank or holds only pictures")
    return Content(kind, text, sections, properties(package))


class _Writer:
    """Writes the parts of one document in the order in which a person reads them."""

    def __init__(self, package: Package, root: Element, builder: TextBuilder, limits: Limits) -> None:
        self.is_cut = False
        self._builder = builder
        self._max_chars = limits.max_text_chars
        self._spanned = Spanned()
        styles = package.xml("styles.xml")
        common, of_pages, pages = (
            styles.find(f"{OFFICE}{name}") if styles is not None else None
            for name in ("styles", "automatic-styles", "master-styles")
        )
        own = root.find(f"{OFFICE}automatic-styles")
        self._styles = Styles(common, own)
        # Both parts call their own styles P1, P2 and so on.
        self._page_styles = Styles(common, of_pages)
        self._pages = {one.get(f"{STYLE}name", ""): one for one in (pages if pages is not None else ())}
        self._lists = Lists(common, own)
        self._notes: list[Element] = []
        self._comments: list[Element] = []

    def write(self, body: Element) -> None:
        pages = list(self._pages_of(body))
        self._write_margins(pages, "header")
        self._write_blocks(body, 0)
        for kind in ("footnote", "endnote"):
            for note in [one for one in self._notes if one.get(f"{TEXT}note-class", "footnote") == kind]:
                for inside in note.findall(f"{TEXT}note-body"):
                    self._builder.block(self._joined(inside, 0))
                self._write_comments(self._comments)
        self._write_margins(pages, "footer")

    def _pages_of(self, body: Element) -> Iterator[Element]:
        """The master pages that are in use, the first one first, each followed by those that follow it."""
        first = next((one.element for one in Lists().blocks(body) if not one.is_boxed), None)
        usual = _FIRST_PAGE if _FIRST_PAGE in self._pages else next(iter(self._pages), "")
        names = [(self._style(first).page if first is not None else "") or usual]
        names += [self._style(one).page for one in body.iter() if one.tag in _STARTS]
        seen: set[str] = set()
        for name in dict.fromkeys(names):
            while name not in seen and (page := self._pages.get(name)) is not None:
                seen.add(name)
                yield page
                name = page.get(f"{STYLE}next-style-name", "")

    def _write_margins(self, pages: Iterable[Element], kind: str) -> None:
        """Headers or footers, each text once: pages repeat them. A page's number is none of the text."""
        kinds = {kind, f"{kind}-left", f"{kind}-first"}
        parts = [
            part
            for page in pages
            for part in page
            if part.tag.rpartition("}")[2] in kinds and part.get(f"{STYLE}display") != "false"
        ]
        for line in dict.fromkeys(line for part in parts for line in self._lines_at_margin(part, 0)):
            if any(map(str.isalnum, line)):
                self._builder.line(line)

    def _lines_at_margin(self, parent: Element, depth: int) -> Iterator[str]:
        for block in self._blocks(parent, depth, Lists()):
            if block.element.tag == _TABLE:
                for row in rows_of(block.element, self._spanned):
                    for cell in row.cells:
                        yield from self._lines_at_margin(cell.element, depth + 1)
                continue
            words = read(block.element, self._page_styles, pages=False)
            yield words.line
            for box in words.boxes:
                yield from self._lines_at_margin(box, depth + 1)

    def _blocks(self, parent: Element, depth: int, lists: Lists) -> Iterator[Block]:
        if depth > MAX_DEPTH:
            self.is_cut = True
            return iter(())
        return lists.blocks(parent)

    def _write_blocks(self, parent: Element, depth: int) -> None:
        for block in self._blocks(parent, depth, self._lists):
            if block.element.tag == _TABLE:
                self._write_table(block.element, depth)
            else:
                self._write_paragraph(block, depth)

    def _write_paragraph(self, block: Block, depth: int) -> None:
        words, number = self._read(block)
        text = words.text
        level = 1 if self._style(block.element).is_title else 0
        if block.element.tag == _HEADING:
            level = _level(block.element)
        if text.strip():
            if level:
                title = f"{number} {text}" if number not in {"", "-"} else text
                # What stands in a box is none of the text below it.
                if block.is_boxed:
                    self._builder.block(title)
                else:
                    self._builder.heading(title, level=level)
            elif block.place is not None:
                self._builder.line(f"{number} {text.strip()}".strip())
            else:
                self._builder.block(text)
        for box in words.boxes:
            self._write_blocks(box, depth + 1)
        self._write_comments(words.comments)

    def _read(self, block: Block) -> tuple[Words, str]:
        """A paragraph or heading, and its number; its notes are kept for the end."""
        element, place, _ = block
        words = read(element, self._styles)
        self._notes += words.notes
        own = self._style(element).numbers
        if place is not None:
            return words, self._lists.label(place, own)
        return words, self._lists.label_of_heading(element, _level(element), own) if element.tag == _HEADING else ""

    def _write_comments(self, comments: list[Element]) -> None:
        for comment in comments:
            self._builder.block(told(comment))
        comments.clear()

    def _write_table(self, table: Element, depth: int) -> None:
        rows = list(rows_of(table, self._spanned))
        if all(row.width <= 1 for row in rows):
            # A table of one column is a frame around what is in it.
            for row in rows:
                for cell in row.cells:
                    self._write_blocks(cell.element, depth + 1)
            return
        self._builder.block("\n".join(self._lines(rows, depth)))
        self._write_comments(self._comments)

    def _lines(self, rows: Iterable[OpenRow], depth: int) -> list[str]:
        """Raises `too_large` before long words in many rows fill the memory."""
        lines: list[str] = []
        length = 0
        for line in lines_of(filled_rows(self._cells(rows, depth), self._spanned)):
            length += len(line)
            check_length(length, self._max_chars)
            lines.append(line)
        return lines

    def _cells(self, rows: Iterable[OpenRow], depth: int) -> Iterator[list[Cell]]:
        for row in rows:
            cells: list[Cell] = []
            for cell in row.cells:
                text = valued(cell.element, self._joined(cell.element, depth + 1))
                cells += repeat(Cell(text, cell.across, cell.down, row.names), cell.times)
            yield from repeat(cells, row.times)

    def _joined(self, parent: Element, depth: int) -> str:
        """All of it in one line; a table in it follows, row by row. Comments on it are kept."""
        parts: list[str] = []
        for block in self._blocks(parent, depth, self._lists):
            if block.element.tag == _TABLE:
                parts.append("; ".join(self._lines(rows_of(block.element, self._spanned), depth)))
                continue
            words, number = self._read(block)
            parts.append(f"{number} {words.line}" if words.text.strip() and number else words.line)
            parts += [self._joined(box, depth + 1) for box in words.boxes]
            self._comments += words.comments
        return " ".join(filter(None, parts))

    def _style(self, element: Element) -> Style:
        return self._styles.of(element, "table" if element.tag == _TABLE else "paragraph")


def _level(heading: Element) -> int:
    return min(max(1, whole(heading.get(f"{TEXT}outline-level", ""), otherwise=1)), MAX_LEVEL)
