"""Follows the tags of a page and writes its blocks: headings, paragraphs, lists, tables."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from backend.documents.models import Metadata
from backend.extraction.content import TextBuilder
from backend.extraction.extractors.html_hidden import is_left_out
from backend.extraction.extractors.html_tags import (
    BLOCKS,
    BUTTON_OWNERS,
    CLOSED_BY,
    HEAD_PARTS,
    HEADINGS,
    ROW_GROUPS,
    TABLE_PARTS,
    VOID,
)
from backend.extraction.limits import Limits
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of, whole

_SPACE = re.compile(r"[ \t\n\r\f]+")
_MAX_DEPTH = 500
#: What is hidden stays so below the deepest tag that is followed.
_MAX_HIDDEN_DEPTH = 2_000


@dataclass(slots=True)
class _Table:
    """A table that is open. `kept`: what stood in its cell before a table inside it began."""

    is_layout: bool
    rows: list[list[Cell]] = field(default_factory=list)
    cell: Cell | None = None
    has_names: bool = False
    kept: list[str] = field(default_factory=list)
    group: int = 0
    """Where the group of rows that is open begins."""

    def end_group(self) -> None:
        """No cell reaches down into another group of rows."""
        for at in range(self.group, len(self.rows)):
            left = len(self.rows) - at
            self.rows[at] = [cell if 0 < cell.down <= left else cell._replace(down=left) for cell in self.rows[at]]
        self.group = len(self.rows)


class PageReader(HTMLParser):
    """Follows the open tags, collects inline text into blocks and writes each finished block."""

    def __init__(self, limits: Limits, *, main_only: bool, mark_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TextBuilder(limits)
        self._main_only = main_only
        self._mark_quotes = mark_quotes
        self._open: list[tuple[str, bool, bool]] = []
        """Each open tag with whether its content is left out, and whether it is the main part."""
        self._inline: list[str] = []
        self._heading = 0
        self._marker = ""
        self._pre = 0
        self._tables: list[_Table] = []
        self._spanned = Spanned()
        self._reachable: set[str] = set()
        """Ids of what a button opens: hidden at first, and a click away for whoever reads the page."""
        self._title: list[str] = []
        self._in_title = False
        self._meta: dict[str, str] = {}

    # What HTMLParser calls

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "title" and not self._title:
            self._in_title = True
        if tag == "meta":
            self._note_meta(values)
        self._close_implied(tag)
        if tag not in HEAD_PARTS:
            self._open = [entry for entry in self._open if entry[0] != "head"]
        in_heading = any(name in BUTTON_OWNERS for name, _, _ in self._open)
        is_opener = tag == "button" and (in_heading or "aria-expanded" in values)
        skipped = self._skipping() or (not is_opener and is_left_out(tag, values, self._reachable))
        if not skipped:
            if is_opener or tag == "summary" or values.get("role") in {"button", "tab"}:
                self._reachable.update(values.get("aria-controls", "").split())
            self._begin(tag, values)
        if tag not in VOID and len(self._open) < (_MAX_HIDDEN_DEPTH if skipped else _MAX_DEPTH):
            is_main = tag == "main" or values.get("role") == "main"
            self._open.append((tag, skipped, is_main))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # `<p/>` opens a paragraph in HTML; only void tags have no content.
        self.handle_starttag(tag, attrs)
        if tag in {"script", "style", "iframe", "svg"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if any(name == tag for name, _, _ in self._open):
            while self._open:
                name, skipped, _ = self._open[-1]
                if not skipped:
                    self._end(name)
                self._open.pop()
                if name == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title.append(data)
        elif not self._skipping():
            self._inline.append(data if self._pre else _SPACE.sub(" ", data))

    # Blocks

    def _skipping(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _in_main(self) -> bool:
        return not self._main_only or any(is_main for _, _, is_main in self._open)

    def _close_implied(self, tag: str) -> None:
        if tag in TABLE_PARTS:
            self._close_cell(tag)
        while self._open and tag in CLOSED_BY.get(self._open[-1][0], ()):
            name, skipped, _ = self._open.pop()
            if not skipped:
                self._end(name)

    def _close_cell(self, tag: str) -> None:
        """What is still open in a cell ends with it."""
        names = [name for name, _, _ in self._open]
        at = next((at for at in range(len(names) - 1, -1, -1) if names[at] in {"td", "th", "table"}), None)
        if at is not None and names[at] != "table":
            while len(self._open) > at + 1:
                name, skipped, _ = self._open.pop()
                if not skipped:
                    self._end(name)

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        if tag in HEADINGS:
            self.end_block()
            self._heading = HEADINGS[tag] if not self._in_cell() else 0
        elif tag == "table":
            self._begin_table(values)
        elif tag == "tr" and self._tables:
            self.end_block()
            self._tables[-1].rows.append([])
        elif tag in ROW_GROUPS and self._tables:
            self._tables[-1].end_group()
        elif tag in {"td", "th"} and self._tables:
            self._begin_cell(tag, values)
        elif tag == "li":
            self.end_block()
            self._marker = "- "
        elif tag == "pre":
            self.end_block()
            self._pre += 1
        elif tag == "br":
            self._inline.append("\n")
        elif tag in BLOCKS or (tag == "button" and not self._heading):
            self.end_block()

    def _end(self, tag: str) -> None:
        if tag in {"td", "th"} and self._tables:
            self._end_cell()
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag in ROW_GROUPS and self._tables:
            self._tables[-1].end_group()
        elif tag in HEADINGS or tag == "li" or tag in BLOCKS or (tag == "button" and not self._heading):
            self.end_block()
        elif tag == "pre":
            self.end_block()
            self._pre -= 1

    # Tables

    def _in_cell(self) -> bool:
        """Whether text goes into a cell of a table that is no layout."""
        return bool(self._tables) and self._tables[-1].cell is not None and not self._tables[-1].is_layout

    def _begin_table(self, values: dict[str, str]) -> None:
        if self._tables and not self._tables[-1].is_layout:
            outer = self._tables[-1]
            if outer.cell is not None and outer.has_names:
                outer.kept, self._inline = self._inline, []  # given back, and added to, where the table ends
            else:
                self._lay_out(outer)
        self.end_block()
        self._tables.append(_Table(is_layout=values.get("role") in {"presentation", "none"}))

    def _lay_out(self, table: "_Table") -> None:
        """A table that frames others is layout: what its cells hold are blocks of the page."""
        table.is_layout = True
        inline, self._inline = self._inline, []
        for row in table.rows:
            for cell in row:
                self._write_block(cell.text)
        table.rows.clear()
        self._inline = inline

    def _begin_cell(self, tag: str, values: dict[str, str]) -> None:
        table = self._tables[-1]
        if table.is_layout:
            self.end_block()
        else:
            self._inline.clear()
        table.cell = Cell(
            "",
            across=whole(values.get("colspan", ""), otherwise=1),
            down=whole(values.get("rowspan", ""), otherwise=1),
            names=tag == "th" or values.get("role") == "columnheader",
        )
        table.has_names = table.has_names or table.cell.names

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.is_layout:
            self.end_block()
        elif table.cell is not None:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append(table.cell._replace(text=" ".join("".join(self._inline).split())))
            self._inline.clear()
        table.cell = None

    def _end_table(self) -> None:
        table = self._tables[-1]
        if table.is_layout:
            self.end_block()
            self._tables.pop()
            return
        self._tables.pop()
        self._inline.clear()
        outer = self._tables[-1] if self._tables and not self._tables[-1].is_layout else None
        if max((len(row) for row in table.rows), default=0) <= 1:
            # A table of one column is layout.
            blocks = [cell.text for row in table.rows for cell in row]
        else:
            lines = list(lines_of(filled_rows(table.rows, self._spanned)))
            blocks = ["; ".join(lines) if outer is not None else "\n".join(lines)]
        if outer is not None:
            outer.kept.extend((" ", " ".join(blocks), " "))
            self._inline, outer.kept = outer.kept, []
            return
        for block in blocks:
            self._write_block(block)

    def _write_block(self, text: str) -> None:
        if text.strip() and self._in_main():
            self.builder.block(text)

    def end_block(self) -> None:
        """Writes the inline text so far as a heading, list item or paragraph."""
        if self._in_cell():
            self._inline.append(" ")
            return
        text = "".join(self._inline)
        if not self._pre:
            text = "\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n"))
        self._inline.clear()
        heading, self._heading = self._heading, 0
        if not text.strip() or not self._in_main():
            return
        if self._mark_quotes and any(name == "blockquote" for name, _, _ in self._open):
            self.builder.block("\n".join(f"> {line}" for line in text.strip().split("\n")))
            return
        if heading:
            self.builder.heading(text, level=heading)
        elif self._marker:
            marker, self._marker = self._marker, ""
            self.builder.line(marker + text.strip())
        else:
            self.builder.block(text)

    def end_all(self) -> None:
        """Ends what is still open where the page ends."""
        while self._open:
            self.handle_endtag(self._open[-1][0])

    # Metadata

    def _note_meta(self, values: dict[str, str]) -> None:
        name = (values.get("name") or values.get("property") or "").lower()
        if name and values.get("content"):
            self._meta.setdefault(name, values["content"])

    def metadata(self) -> Metadata:
        meta = self._meta
        return Metadata(
            title=clean_title("".join(self._title) or meta.get("og:title")),
            author=clean_author(meta.get("author") or meta.get("article:author")),
            created_at=parse_date(meta.get("article:published_time") or meta.get("date") or meta.get("dc.date")),
            modified_at=parse_date(meta.get("article:modified_time") or meta.get("last-modified")),
            tags=split_tags(meta.get("keywords")),
        )
