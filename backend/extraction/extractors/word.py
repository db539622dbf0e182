"""Word documents: headings as sections, lists, tables, notes; hidden and deleted text left out."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy
from backend.extraction.extractors.properties import core_properties
from backend.extraction.extractors.rows import lines_of
from backend.extraction.failures import failure
from backend.extraction.packages import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift)\s*(\d)", re.IGNORECASE)
_TITLES = frozenset({"title", "titel"})
_OFF = frozenset({"0", "false", "off", "none"})


def extract(source: Source, kind: Kind) -> Content:
    if legacy.is_legacy(source.data, "word/"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    part = package.main_part("word/document.xml")
    root = _transitional(package.xml(part))
    if root is None or (body := root.find(f"{_W}body")) is None:
        raise failure("corrupt", "its text part is missing")
    relations = dict(package.relations(part).values())
    levels = _heading_levels(_transitional(package.xml(relations.get("styles", "word/styles.xml"))))
    builder = TextBuilder(source.limits)
    for element in _blocks(body):
        if element.tag == f"{_W}tbl":
            if lines := list(lines_of(_rows(element))):
                builder.block("\n".join(lines))
        else:
            _write_paragraph(builder, element, levels)
    for name in ("footnotes", "endnotes"):
        notes = _transitional(package.xml(relations[name])) if name in relations else None
        for note in notes if notes is not None else ():
            # Word stores its separator lines as notes with a type.
            if note.get(f"{_W}type") is None:
                builder.block(" ".join(filter(None, (_text(p).strip() for p in note.iter(f"{_W}p")))))
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the document is blank or holds only pictures")
    return Content(kind, text, sections, core_properties(package))


def _transitional(root: Element | None) -> Element | None:
    """The strict variant differs only in its namespace; renaming lets one reader serve both."""
    if root is not None and root.tag.startswith(_STRICT):
        for element in root.iter():
            element.tag = element.tag.replace(_STRICT, _W)
            for name in [name for name in element.attrib if name.startswith(_STRICT)]:
                element.attrib[name.replace(_STRICT, _W)] = element.attrib.pop(name)
    return root


def _blocks(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, through content controls, insertions and other wrappers."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag == f"{_W}sdt":
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                yield from _blocks(content)
        elif child.tag in {f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"}:
            yield from _blocks(child)


def _heading_levels(styles: Element | None) -> dict[str, int]:
    """Style id → heading level (1..9; the title is 1), by name, outline level or the style that it is based on."""
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        identifier = style.get(f"{_W}styleId", "")
        name = _value(style.find(f"{_W}name")).lower()
        outline = _value(style.find(f"{_W}pPr/{_W}outlineLvl"))
        if name in _TITLES:
            levels[identifier] = 1
        elif match := _HEADING.match(name):
            levels[identifier] = int(match[1])
        elif outline.isdigit() and int(outline) < 9:
            levels[identifier] = int(outline) + 1
        based[identifier] = _value(style.find(f"{_W}basedOn"))
    for identifier in based:
        parent, seen = based[identifier], {identifier}
        while identifier not in levels and parent and parent not in seen:
            if parent in levels:
                levels[identifier] = levels[parent]
            seen.add(parent)
            parent = based.get(parent, "")
    return levels


def _write_paragraph(builder: TextBuilder, paragraph: Element, levels: dict[str, int]) -> None:
    text = _text(paragraph)
    properties = paragraph.find(f"{_W}pPr")
    style = _value(properties.find(f"{_W}pStyle")) if properties is not None else ""
    level = levels.get(style, 0)
    if properties is not None and (outline := _value(properties.find(f"{_W}outlineLvl"))).isdigit():
        level = int(outline) + 1 if int(outline) < 9 else level
    listed = properties is not None and properties.find(f"{_W}numPr") is not None
    if level and text.strip():
        builder.heading(text, level=level)
    elif (listed or style.lower().startswith("list")) and text.strip():
        builder.line(f"- {text.strip()}")
    else:
        builder.block(text)


def _text(element: Element) -> str:
    return "".join(_pieces(element)).replace("\xa0", " ")


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == f"{_W}r":
            if not _is_hidden(child):
                yield from _pieces(child)
        elif tag == f"{_W}t":
            yield child.text or ""
        elif tag in {f"{_W}tab", f"{_W}ptab"}:
            yield "\t"
        elif tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag == f"{_MC}AlternateContent":
            # The same drawing twice, for new and old readers: one is enough.
            choice = child.find(f"{_MC}Choice")
            yield from _pieces(choice if choice is not None else child)
        elif tag == f"{_W}p":
            # A paragraph inside a paragraph: a text box.
            yield "\n" + _text(child) + "\n"
        elif tag not in {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}instrText"}:
            yield from _pieces(child)


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "1").lower() not in _OFF


def _rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter(f"{_W}tr"):
        yield [
            " ".join(filter(None, (_text(paragraph).strip() for paragraph in cell.iter(f"{_W}p"))))
            for cell in row.findall(f"{_W}tc")
        ]


def _value(element: Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""
