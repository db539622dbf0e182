"""Presentations of OpenDocument (.odp): as `slides` reads those of PowerPoint.

OpenDocument 1.3, part 3, chapters 10.2 and 16.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.open_document import (
    DRAW,
    OFFICE,
    PRESENTATION,
    STYLE,
    TABLE,
    opened,
    properties,
)
from backend.extraction.extractors.open_objects import put_in_place
from backend.extraction.extractors.open_paragraphs import lines_in, told
from backend.extraction.extractors.open_tables import spans
from backend.extraction.failures import failure
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of

#: Repeated on every slide by its template.
_FURNITURE = frozenset({"date-time", "footer", "header", "page-number", "page"})
_NO_SHAPES = frozenset({f"{PRESENTATION}notes", f"{OFFICE}annotation"})
_READ_APART = frozenset({f"{TABLE}table", *_NO_SHAPES})


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt`, `encrypted` and `no_text`."""
    package, root, show = opened(source, "presentation")
    put_in_place(root, package)
    shut = {style.get(f"{STYLE}name") for style in root.iter(f"{STYLE}style") if _is_hidden_by(style)}
    builder, spanned = TextBuilder(source.limits), Spanned()
    hidden = 0
    for number, slide in enumerate(show.findall(f"{DRAW}page"), start=1):
        if slide.get(f"{DRAW}style-name") in shut:
            hidden += 1
            continue
        _write(builder, slide, number, spanned)
    if hidden:
        source.warn(f"Hidden slides were left out: {hidden}. Show them in the presentation to have them read.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the slides are blank or hold only pictures")
    return Content(kind, text, sections, properties(package))


def _write(builder: TextBuilder, slide: Element, number: int, spanned: Spanned) -> None:
    shapes = list(_shapes(slide))
    title = next((" ".join(" ".join(_lines(one)).split()) for one in shapes if _role(one) == "title"), "")
    if title:
        builder.heading(title, level=1, page=number)
    else:
        builder.begin(page=number, level=1)
    for shape in shapes:
        if _role(shape) in _FURNITURE or (title and _role(shape) == "title"):
            continue
        for table in shape.iter(f"{TABLE}table"):
            if lines := list(lines_of(filled_rows(_rows(table), spanned))):
                builder.block("\n".join(lines))
        builder.block("\n".join(_lines(shape)))
    for annotation in slide.findall(f"{OFFICE}annotation"):
        builder.block(told(annotation))
    for notes in slide.findall(f"{PRESENTATION}notes"):
        spoken = [line for shape in _shapes(notes) if _role(shape) not in _FURNITURE for line in _lines(shape)]
        if spoken:
            builder.block("Notes: " + "\n".join(spoken))


def _shapes(parent: Element) -> Iterator[Element]:
    """Frames and drawn shapes in order, through groups."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag in {f"{DRAW}g", f"{DRAW}a"}:
            stack.extend(reversed(element))
        elif element.tag.startswith(DRAW) and element.tag not in _NO_SHAPES:
            yield element


def _role(shape: Element) -> str:
    return shape.get(f"{PRESENTATION}class", "")


def _lines(shape: Element) -> list[str]:
    """Its paragraphs, but those of a table in it, which is read as one."""
    return lines_in(shape, without=_READ_APART)


def _rows(table: Element) -> Iterator[list[Cell]]:
    """Cells without those that others cover."""
    for row in table.iter(f"{TABLE}table-row"):
        yield [Cell(" ".join(_lines(cell)), *spans(cell)) for cell in row.findall(f"{TABLE}table-cell")]


def _is_hidden_by(style: Element) -> bool:
    dress = style.find(f"{STYLE}drawing-page-properties")
    return dress is not None and dress.get(f"{PRESENTATION}visibility") == "hidden"
