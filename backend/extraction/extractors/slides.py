"""Presentations: each slide is a section with its number and title; speaker notes follow the slide."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy
from backend.extraction.extractors.properties import core_properties
from backend.extraction.extractors.rows import lines_of
from backend.extraction.failures import failure
from backend.extraction.packages import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
# Repeated on every slide by the template.
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})


def extract(source: Source, kind: Kind) -> Content:
    if legacy.is_legacy(source.data, "ppt/"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    main = package.main_part("ppt/presentation.xml")
    presentation = package.xml(main)
    relations = package.relations(main)
    order = presentation.iter(f"{_P}sldId") if presentation is not None else ()
    builder = TextBuilder(source.limits)
    for number, entry in enumerate(order, start=1):
        _, part = relations.get(entry.get(f"{_R}id", ""), ("", ""))
        slide = package.xml(part)
        if slide is not None:
            _write_slide(builder, slide, number)
            _write_notes(builder, package, part)
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the slides are blank or hold only pictures")
    return Content(kind, text, sections, core_properties(package))


def _write_slide(builder: TextBuilder, slide: Element, number: int) -> None:
    shapes = list(_shapes(slide))
    title = next((" ".join(_text(shape).split()) for shape in shapes if _placeholder(shape) in _TITLES), "")
    if title:
        builder.heading(title, level=1, page=number)
    else:
        builder.begin(page=number, level=1)
    for shape in shapes:
        role = _placeholder(shape)
        if role in _TITLES or role in _FURNITURE:
            continue
        for table in shape.iter(f"{_A}tbl"):
            if lines := list(lines_of(_rows(table))):
                builder.block("\n".join(lines))
        if shape.tag == f"{_P}sp":
            builder.block(_text(shape))


def _write_notes(builder: TextBuilder, package: Package, slide_part: str) -> None:
    for kind, target in package.relations(slide_part).values():
        notes = package.xml(target) if kind == "notesSlide" else None
        if notes is not None:
            spoken = [_text(shape) for shape in _shapes(notes) if _placeholder(shape) not in _FURNITURE]
            if text := "\n".join(filter(None, (part.strip() for part in spoken))):
                builder.block(f"Notes: {text}")


def _shapes(parent: Element) -> Iterator[Element]:
    """Text shapes and table frames in order, through groups."""
    for element in parent.iter():
        if element.tag in {f"{_P}sp", f"{_P}graphicFrame"}:
            yield element


def _placeholder(shape: Element) -> str:
    placeholder = shape.find(f".//{_P}nvPr/{_P}ph")
    return placeholder.get("type", "body") if placeholder is not None else ""


def _text(shape: Element) -> str:
    return "\n".join(filter(None, (_paragraph(paragraph) for paragraph in shape.iter(f"{_A}p"))))


def _paragraph(paragraph: Element) -> str:
    pieces = []
    for element in paragraph.iter():
        if element.tag == f"{_A}t":
            pieces.append(element.text or "")
        elif element.tag == f"{_A}br":
            pieces.append("\n")
    return "".join(pieces).rstrip()


def _rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter(f"{_A}tr"):
        yield [" ".join(_text(cell).split()) for cell in row.findall(f"{_A}tc")]
