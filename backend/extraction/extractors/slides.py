"""Presentations: each slide is a section with its number and title; comments and speaker notes follow the slide."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy, open_slides
from backend.extraction.extractors.drawings import drawn
from backend.extraction.extractors.equations import M, linear
from backend.extraction.extractors.open_document import is_open_document
from backend.extraction.extractors.properties import core_properties
from backend.extraction.failures import failure
from backend.extraction.packages import Package
from backend.extraction.tables import Cell, Spanned, filled_rows, lines_of

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
# Repeated on every slide by the template.
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_ON = frozenset({"1", "true"})


def extract(source: Source, kind: Kind) -> Content:
    if is_open_document(source.data, "presentation"):
        return open_slides.extract(source, kind)
    if legacy.is_legacy(source.data, "ppt/"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    main = package.main_part("ppt/presentation.xml")
    presentation = package.xml(main)
    relations = package.relations(main)
    order = presentation.iter(f"{_P}sldId") if presentation is not None else ()
    builder = TextBuilder(source.limits)
    hidden = 0
    spanned = Spanned()
    for number, entry in enumerate(order, start=1):
        _, part = relations.get(entry.get(f"{_R}id", ""), ("", ""))
        slide = package.xml(part)
        if slide is None:
            continue
        if slide.get("show") in {"0", "false"}:
            hidden += 1
            continue
        _write_slide(builder, slide, number, spanned)
        for block in drawn(package, part):
            builder.block(block)
        _write_comments(builder, package, part)
        _write_notes(builder, package, part)
    if hidden:
        source.warn(f"Hidden slides were left out: {hidden}. Show them in the presentation to have them read.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the slides are blank or hold only pictures")
    return Content(kind, text, sections, core_properties(package))


def _write_slide(builder: TextBuilder, slide: Element, number: int, spanned: Spanned) -> None:
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
            if lines := list(lines_of(filled_rows(_rows(table), spanned))):
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


def _write_comments(builder: TextBuilder, package: Package, slide_part: str) -> None:
    for kind, target in package.relations(slide_part).values():
        comments = package.xml(target) if kind == "comments" else None
        if comments is None:
            continue
        texts = [found.text or "" for found in comments.iter(f"{_P}text")]
        texts += [_text(body) for body in comments.iter(f"{_P188}txBody")]
        for text in texts:
            if written := " ".join(text.split()):
                builder.block(f"Comment: {written}")


def _shapes(parent: Element) -> Iterator[Element]:
    """Text shapes and table frames in order, through groups."""
    for element in parent:
        about = element.find(f"*/{_P}cNvPr")
        if about is not None and about.get("hidden") in _ON:
            continue
        if element.tag in {f"{_P}sp", f"{_P}graphicFrame"}:
            yield element
        elif element.tag == f"{_MC}AlternateContent":
            # The same shape twice, for new and old readers: one is enough.
            choice = element.find(f"{_MC}Choice")
            yield from _shapes(choice if choice is not None else element)
        else:
            yield from _shapes(element)


def _placeholder(shape: Element) -> str:
    placeholder = shape.find(f".//{_P}nvPr/{_P}ph")
    return placeholder.get("type", "body") if placeholder is not None else ""


def _text(shape: Element) -> str:
    """Paragraphs as lines, those of a numbered list with their numbers."""
    lines: list[str] = []
    counts: dict[int, int] = {}
    for paragraph in shape.iter(f"{_A}p"):
        text = _paragraph(paragraph)
        if not text.strip():
            continue
        properties = paragraph.find(f"{_A}pPr")
        level = int(depth) if properties is not None and (depth := properties.get("lvl", "0")[:3]).isdecimal() else 0
        numbered = properties.find(f"{_A}buAutoNum") if properties is not None else None
        counts = {one: count for one, count in counts.items() if one < level or (one == level and numbered is not None)}
        if numbered is None:
            lines.append(text)
            continue
        start = numbered.get("startAt", "1")
        counts[level] = counts.get(level, _whole(start) - 1) + 1
        lines.append(f"{counts[level]}. {text}")
    return "\n".join(lines)


def _paragraph(paragraph: Element) -> str:
    return "".join(_pieces(paragraph)).rstrip()


def _pieces(parent: Element) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_A}t":
            yield element.text or ""
        elif element.tag == f"{_A}br":
            yield "\n"
        elif element.tag in {f"{M}oMath", f"{M}oMathPara"}:
            yield linear(element)
        elif element.tag == f"{_MC}AlternateContent":
            choice = element.find(f"{_MC}Choice")
            yield from _pieces(choice if choice is not None else element)
        elif element.tag not in {f"{_A}pPr", f"{_A}rPr"}:
            yield from _pieces(element)


def _rows(table: Element) -> Iterator[list[Cell]]:
    """Cells without those that others cover."""
    for row in table.iter(f"{_A}tr"):
        yield [
            Cell(_text(cell), across=_whole(cell.get("gridSpan")), down=_whole(cell.get("rowSpan")))
            for cell in row.findall(f"{_A}tc")
            if cell.get("hMerge") not in _ON and cell.get("vMerge") not in _ON
        ]


def _whole(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 5 else 1
