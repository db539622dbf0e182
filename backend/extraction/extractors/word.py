"""Word documents: headings as sections, lists with their numbers, tables, notes, comments, what stands at the margins.

Hidden and deleted text is left out, inserted text stays.
"""

from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy, open_texts
from backend.extraction.extractors.drawings import drawn_by_id, shown_in
from backend.extraction.extractors.numbering import Numbering, W, value, whole
from backend.extraction.extractors.open_document import is_open_document
from backend.extraction.extractors.properties import core_properties
from backend.extraction.extractors.word_styles import Style, conceal, styles_of
from backend.extraction.extractors.word_tables import MAX_DEPTH, blocks_in, rows_of
from backend.extraction.extractors.word_text import paragraphs_in, text_of
from backend.extraction.failures import failure
from backend.extraction.packages import Package
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of

_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


def extract(source: Source, kind: Kind) -> Content:
    if is_open_document(source.data, "text"):
        return open_texts.extract(source, kind)
    if legacy.is_legacy(source.data, "word/"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    part = package.main_part("word/document.xml")
    root = _transitional(package.xml(part))
    if root is None or (body := root.find(f"{W}body")) is None:
        raise failure("corrupt", "its text part is missing")
    builder = TextBuilder(source.limits)
    _Writer(package, part, builder).write(body)
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the document is blank or holds only pictures")
    return Content(kind, text, sections, core_properties(package))


class _Writer:
    """Writes the parts of one document in the order in which a person reads them."""

    def __init__(self, package: Package, part: str, builder: TextBuilder) -> None:
        self._package = package
        self._related = list(package.relations(part).items())
        self._builder = builder
        self._spanned = Spanned()
        self._drawn = drawn_by_id(package, part)
        self._styles: dict[str, Style] = {}
        styles = self._parts("styles")
        self._styles = styles_of(styles[0] if styles else _transitional(package.xml("word/styles.xml")))
        numbering = self._parts("numbering")
        self._numbering = Numbering(numbering[0] if numbering else None)
        self._comments = {
            one.get(f"{W}id", ""): one for root in self._parts("comments") for one in root.iter(f"{W}comment")
        }

    def write(self, body: Element) -> None:
        conceal(body, self._styles)
        self._write_margins(body, "headerReference", "header")
        self._write_blocks(body, 0)
        for name in ("footnotes", "endnotes"):
            for root in self._parts(name):
                for note in root:
                    # Word stores its separator lines as notes with a type.
                    if note.get(f"{W}type", "normal") == "normal":
                        self._builder.block(_in_one_line(note))
        self._write_margins(body, "footerReference", "footer")
        for block in self._drawn.values():  # what stands nowhere in the body
            self._builder.block(block)

    def _parts(self, kind: str) -> list[Element]:
        found = [self._part(target) for _, (one, target) in self._related if one == kind]
        return [root for root in found if root is not None]

    def _part(self, target: str) -> Element | None:
        root = _transitional(self._package.xml(target))
        if root is not None:
            conceal(root, self._styles)
        return root

    def _write_margins(self, body: Element, reference: str, kind: str) -> None:
        """Headers or footers, each text once: sections repeat them. A page's number is none of the text."""
        used = {
            identifier
            for found in body.iter(f"{W}{reference}")
            for name, identifier in found.attrib.items()
            if name.endswith("}id")
        }
        lines: dict[str, None] = {}
        for identifier, (one, target) in self._related:
            root = self._part(target) if one == kind and identifier in used else None
            for paragraph in paragraphs_in(root) if root is not None else ():
                lines[" ".join(text_of(paragraph, pages=False).split())] = None
        lines = {line: None for line in lines if any(map(str.isalnum, line))}
        for line in lines:
            self._builder.line(line)

    def _write_blocks(self, parent: Element, depth: int) -> None:
        for element in blocks_in(parent):
            if element.tag == f"{W}p":
                self._write_paragraph(element)
            else:
                self._write_table(element, depth)

    def _write_paragraph(self, paragraph: Element) -> None:
        text = text_of(paragraph)
        properties = paragraph.find(f"{W}pPr")
        name = value(properties.find(f"{W}pStyle")) if properties is not None else ""
        style = self._styles.get(name, Style())
        level = style.level
        if properties is not None and (outline := value(properties.find(f"{W}outlineLvl"))).isdecimal():
            level = whole(outline) + 1 if whole(outline, 9) < 9 else level
        number = self._number(properties, style)  # an empty item counts as well
        if text.strip():
            if level:
                self._builder.heading(f"{number} {text}" if number not in {"", "-"} else text, level=level)
            elif number or name.lower().startswith("list"):
                self._builder.line(f"{number or '-'} {text.strip()}")
            else:
                self._builder.block(text)
        self._write_beside(paragraph)

    def _number(self, properties: Element | None, style: Style) -> str:
        """The number that Word writes before a paragraph; empty: none."""
        listed = properties.find(f"{W}numPr") if properties is not None else None
        number = value(listed.find(f"{W}numId")) if listed is not None else ""
        depth = value(listed.find(f"{W}ilvl")) if listed is not None else ""
        number = number or style.number
        if not number or number == "0":
            return "" if listed is None or number == "0" else "-"
        if depth.isdecimal():
            return self._numbering.next(number, whole(depth))
        tied = self._numbering.level_of(number, style.names)
        return self._numbering.next(number, style.depth if tied is None else tied)

    def _write_beside(self, element: Element) -> None:
        """Charts and diagrams that stand in a paragraph or a table, then the comments on it."""
        for identifier in shown_in(element) if self._drawn else ():
            if (block := self._drawn.pop(identifier, None)) is not None:
                self._builder.block(block)
        self._write_comments(element)

    def _write_comments(self, paragraph: Element) -> None:
        for reference in paragraph.iter(f"{W}commentReference"):
            comment = self._comments.pop(reference.get(f"{W}id", ""), None)
            if comment is not None and (text := _in_one_line(comment)):
                author = " ".join(comment.get(f"{W}author", "").split())
                self._builder.block(f"Comment by {author}: {text}" if author else f"Comment: {text}")

    def _write_table(self, table: Element, depth: int) -> None:
        rows = list(rows_of(table))
        if depth < MAX_DEPTH and all(len(row) <= 1 for row in rows):
            # A table of one column is a frame around what is in it.
            for row in rows:
                for cell in row:
                    self._write_blocks(cell.element, depth + 1)
            return
        shown = [
            [
                Cell(cell.text(depth, self._item, self._spanned), cell.across, cell.down, names=cell.names)
                for cell in row
            ]
            for row in rows
        ]
        if lines := list(lines_of(filled_rows(shown, self._spanned))):
            self._builder.block("\n".join(lines))
        self._write_beside(table)

    def _item(self, paragraph: Element) -> str:
        """The text of a paragraph in a cell, with its number."""
        text = text_of(paragraph).strip()
        properties = paragraph.find(f"{W}pPr")
        name = value(properties.find(f"{W}pStyle")) if properties is not None else ""
        number = self._number(properties, self._styles.get(name, Style()))
        return f"{number} {text}" if text and number else text


def _transitional(root: Element | None) -> Element | None:
    """The strict variant differs only in its namespace; renaming lets one reader serve both."""
    if root is not None and root.tag.startswith(_STRICT):
        for element in root.iter():
            element.tag = element.tag.replace(_STRICT, W)
            for name in [name for name in element.attrib if name.startswith(_STRICT)]:
                element.attrib[name.replace(_STRICT, W)] = element.attrib.pop(name)
    return root


def _in_one_line(parent: Element) -> str:
    return " ".join(filter(None, (" ".join(text_of(one).split()) for one in paragraphs_in(parent))))
