"""Workbooks: each visible sheet is a section, each row a readable line with its values as they are shown."""

from collections.abc import Iterator
from datetime import datetime

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy, open_sheets
from backend.extraction.extractors.cells import Area, Cells, Hidden, S, rich_text
from backend.extraction.extractors.drawings import drawn
from backend.extraction.extractors.open_document import is_open_document
from backend.extraction.extractors.properties import core_properties
from backend.extraction.failures import failure
from backend.extraction.packages import Package
from backend.extraction.tables import lines_of, whole

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_T = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"


def extract(source: Source, kind: Kind) -> Content:
    if is_open_document(source.data, "spreadsheet"):
        return open_sheets.extract(source, kind)
    if legacy.is_legacy(source.data, "xl/workbook.xml"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    main = package.main_part("xl/workbook.xml")
    workbook = package.xml(main)
    if workbook is None:
        raise failure("corrupt", "its workbook part is missing")
    relations = package.relations(main)
    by_kind = dict(relations.values())
    properties = workbook.find(f"{S}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    # Excel counts days; 1900 is wrongly a leap year there, hence 30 December.
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
    strings, styles = (by_kind.get(name, f"xl/{name}.xml") for name in ("sharedStrings", "styles"))
    cells = Cells(package, strings, styles, epoch=epoch)
    builder = TextBuilder(source.limits)
    hidden = sheets_hidden = 0
    for sheet in workbook.iter(f"{S}sheet"):
        if sheet.get("state", "visible") != "visible":
            sheets_hidden += 1
            continue
        _, part = relations.get(sheet.get(f"{_R}id", ""), ("", ""))
        # Dialogue sheets have no cells; a chart sheet is its chart.
        if part in package:
            left_out = Hidden()
            _write(builder, package, part, sheet.get("name", ""), cells, left_out)
            hidden += left_out.rows + len(left_out.columns)
    if sheets_hidden:
        source.warn(f"Hidden sheets were left out: {sheets_hidden}. Show them in the workbook to have them read.")
    if hidden:
        source.warn("Hidden rows or columns were left out. Show them in the workbook to have them read.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the workbook has no filled cells")
    return Content(kind, text, sections, core_properties(package))


def _write(builder: TextBuilder, package: Package, part: str, name: str, cells: Cells, hidden: Hidden) -> None:
    begun = False
    lines = lines_of(cells.rows(part, list(_headers(package, part)), hidden), gaps=True)
    for line in lines if "/worksheets/" in f"/{part}" else ():
        if not begun:
            builder.heading(name, level=1)
            begun = True
        builder.line(line)
    beside = [*_comments(package, part), *_drawn(package, part)]
    if beside and not begun:
        builder.heading(name, level=1)
    for block in beside:
        builder.block(block)


def _headers(package: Package, part: str) -> Iterator[Area]:
    """The header rows of the tables that a sheet declares."""
    for kind, target in package.relations(part).values():
        table = package.xml(target) if kind == "table" else None
        if table is not None and table.get("headerRowCount", "1") != "0" and (area := Area.of(table.get("ref", ""))):
            yield area


def _comments(package: Package, part: str) -> Iterator[str]:
    """What was noted on cells, by whom; a thread in place of the stand-in that older programs are shown."""
    related = package.relations(part).values()
    threaded: set[str] = set()
    for kind, target in related:
        root = package.xml(target) if kind == "threadedComment" else None
        for note in root.iter(f"{_T}threadedComment") if root is not None else ():
            threaded.add(note.get("ref", ""))
            if text := " ".join((note.findtext(f"{_T}text") or "").split()):
                yield f"Comment on {note.get('ref', '')}: {text}"
    for kind, target in related:
        root = package.xml(target) if kind == "comments" else None
        if root is None:
            continue
        authors = [author.text or "" for author in root.iter(f"{S}author")]
        for note in root.iter(f"{S}comment"):
            body, number = note.find(f"{S}text"), whole(note.get("authorId", ""), otherwise=-1)
            text = " ".join(rich_text(body).split()) if body is not None else ""
            if not text or note.get("ref", "") in threaded:
                continue
            author = authors[number] if 0 <= number < len(authors) else ""
            by = f" ({author})" if author and not text.startswith(f"{author}:") else ""
            yield f"Comment on {note.get('ref', '')}{by}: {text}"


def _drawn(package: Package, part: str) -> Iterator[str]:
    for kind, target in package.relations(part).values():
        if kind == "drawing":
            yield from drawn(package, target)
