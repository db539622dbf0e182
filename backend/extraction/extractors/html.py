"""Web pages: the main text with headings, lists and tables; scripts, styles, menus and hidden text left out."""

import re
from html.parser import HTMLParser

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.rows import lines_of
from backend.extraction.failures import failure
from backend.extraction.limits import Limits
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags

_CHARSET = re.compile(rb"<meta[^<>]+charset\s*=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_MAIN = re.compile(r"<main\b|role\s*=\s*[\"']?main\b", re.IGNORECASE)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_SKIPPED = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "canvas", "head"})
_CONTROLS = frozenset({"select", "button", "textarea", "datalist", "dialog"})
_FURNITURE = frozenset({"nav", "footer", "aside"})
_FURNITURE_ROLES = frozenset({"navigation", "contentinfo", "complementary", "search", "banner"})
_TEXT_BLOCKS = {"p", "div", "blockquote", "address", "dl", "dt", "dd", "ul", "ol", "hr", "table", "caption", "body"}
_PAGE_BLOCKS = {
    "section",
    "article",
    "main",
    "header",
    "figure",
    "figcaption",
    "fieldset",
    "form",
    "details",
    "summary",
}
_BLOCKS = frozenset(_TEXT_BLOCKS | _PAGE_BLOCKS)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?(?![.\d])|font-size\s*:\s*0(?![.\d])", re.I
)
# Tags that a new tag of the same family ends, when their own end tag was left out (HTML 5, 13.1.2.4).
_CLOSED_BY = {
    "li": {"li"},
    "p": _BLOCKS | set(_HEADINGS) | {"pre"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr"},
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
}
_SPACE = re.compile(r"[ \t\n\r\f]+")
_MAX_DEPTH = 500


def extract(source: Source, kind: Kind) -> Content:
    declared = _CHARSET.search(source.data[:4096])
    page = source.text(declared=declared[1].decode("ascii", errors="replace") if declared else None)
    content = from_markup(page, source.limits, kind)
    if not content.text:
        raise failure("no_text", "the page shows no text of its own")
    return content


def from_markup(page: str, limits: Limits, kind: Kind) -> Content:
    """A page as text; empty when it shows none. When it marks its main part, that part alone is taken."""
    main_only = _MAIN.search(page) is not None
    reader = _read(page, limits, main_only=main_only)
    text, sections = reader.builder.finish()
    if main_only and len(text) < 200:
        # An empty or wrongly placed <main>: the whole body is better than nothing.
        reader = _read(page, limits, main_only=False)
        whole, whole_sections = reader.builder.finish()
        if len(whole) > 3 * len(text):
            text, sections = whole, whole_sections
    return Content(kind, text, sections, reader.metadata())


def _read(page: str, limits: Limits, *, main_only: bool) -> "_Reader":
    reader = _Reader(limits, main_only=main_only)
    reader.feed(page)
    reader.close()
    reader.end_block()
    return reader


class _Reader(HTMLParser):
    """Follows the open tags, collects inline text into blocks and writes each finished block."""

    def __init__(self, limits: Limits, *, main_only: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TextBuilder(limits)
        self._main_only = main_only
        self._open: list[tuple[str, bool, bool]] = []
        """Each open tag with whether its content is left out, and whether it is the main part."""
        self._inline: list[str] = []
        self._heading = 0
        self._marker = ""
        self._pre = 0
        self._table: list[list[str]] | None = None
        self._tables_open = 0
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
        if tag == "body":
            # A head without an end tag ends here.
            self._open = [entry for entry in self._open if entry[0] != "head"]
        skipped = self._skipping() or _is_left_out(tag, values)
        if not skipped:
            self._begin(tag)
        if tag not in _VOID and len(self._open) < _MAX_DEPTH:
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
        while self._open and tag in _CLOSED_BY.get(self._open[-1][0], ()):
            name, skipped, _ = self._open.pop()
            if not skipped:
                self._end(name)

    def _begin(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.end_block()
            self._heading = _HEADINGS[tag]
        elif tag == "table":
            self.end_block()
            self._tables_open += 1
            self._table = [] if self._tables_open == 1 else self._table
        elif tag == "tr" and self._table is not None:
            self.end_block()
            self._table.append([])
        elif tag in {"td", "th"} and self._table is not None:
            self._inline.clear() if not self._in_cell() else None
        elif tag == "li":
            self.end_block()
            self._marker = "- "
        elif tag == "pre":
            self.end_block()
            self._pre += 1
        elif tag == "br":
            self._inline.append("\n")
        elif tag in _BLOCKS:
            self.end_block()

    def _end(self, tag: str) -> None:
        if tag in {"td", "th"} and self._table is not None:
            if not self._table:
                self._table.append([])
            self._table[-1].append(" ".join("".join(self._inline).split()))
            self._inline.clear()
        elif tag == "table" and self._tables_open:
            self._tables_open -= 1
            if self._tables_open == 0:
                self._end_table()
        elif tag in _HEADINGS or tag == "li" or tag in _BLOCKS:
            self.end_block()
        elif tag == "pre":
            self.end_block()
            self._pre -= 1

    def _in_cell(self) -> bool:
        return any(name in {"td", "th"} for name, _, _ in self._open)

    def end_block(self) -> None:
        """Writes the inline text so far as a heading, list item or paragraph."""
        if self._table is not None and self._in_cell():
            self._inline.append(" ")
            return
        text = "".join(self._inline)
        if not self._pre:
            text = "\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n"))
        self._inline.clear()
        heading, self._heading = self._heading, 0
        if not text.strip() or not self._in_main():
            return
        if heading:
            self.builder.heading(text, level=heading)
        elif self._marker:
            marker, self._marker = self._marker, ""
            self.builder.line(marker + text.strip())
        else:
            self.builder.block(text)

    def _end_table(self) -> None:
        rows, self._table = self._table or [], None
        self._inline.clear()
        if not self._in_main():
            return
        if max((len(row) for row in rows), default=0) <= 1:
            # A table of one column is layout.
            for row in rows:
                for value in row:
                    self.builder.block(value)
        elif lines := list(lines_of(iter(rows))):
            self.builder.block("\n".join(lines))

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


def _is_left_out(tag: str, values: dict[str, str]) -> bool:
    """Whether a reader of the page would not see the tag's content, or it is the site's furniture."""
    return (
        tag in _SKIPPED | _CONTROLS | _FURNITURE
        or "hidden" in values
        or values.get("aria-hidden") == "true"
        or values.get("role", "") in _FURNITURE_ROLES
        or bool(_HIDDEN_STYLE.search(values.get("style", "")))
    )
