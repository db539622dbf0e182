"""Workbooks: each visible sheet is a section, each row a readable line."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors import legacy
from backend.extraction.extractors.properties import core_properties
from backend.extraction.extractors.rows import lines_of
from backend.extraction.failures import failure
from backend.extraction.packages import Package, iterate_xml

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAX_COLUMNS = 16_384  # Excel's own limit
# Built-in number formats that show dates or times (ECMA-376, part 1, 18.8.30).
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_DATE_PARTS = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\\.')


def extract(source: Source, kind: Kind) -> Content:
    if legacy.is_legacy(source.data, "xl/workbook.xml"):
        return legacy.extract(source, kind)
    package = Package(source.data, source.limits)
    main = package.main_part("xl/workbook.xml")
    workbook = package.xml(main)
    if workbook is None:
        raise failure("corrupt", "its workbook part is missing")
    relations = package.relations(main)
    by_kind = dict(relations.values())
    reader = _Reader(package, by_kind, workbook)
    builder = TextBuilder(source.limits)
    hidden = 0
    for sheet in workbook.iter(f"{_S}sheet"):
        if sheet.get("state", "visible") != "visible":
            hidden += 1
            continue
        _, part = relations.get(sheet.get(f"{_R}id", ""), ("", ""))
        # Chart and dialogue sheets have no cells.
        if part in package and "/worksheets/" in f"/{part}":
            lines = lines_of(reader.rows(part))
            if (first := next(lines, None)) is not None:
                builder.heading(sheet.get("name", ""), level=1)
                builder.line(first)
                for line in lines:
                    builder.line(line)
    if hidden:
        source.warn(f"Hidden sheets were left out: {hidden}. Show them in the workbook to have them read.")
    text, sections = builder.finish()
    if not text:
        raise failure("no_text", "the workbook has no filled cells")
    return Content(kind, text, sections, core_properties(package))


class _Reader:
    """Cells as text, as a person sees them as far as that matters: dates as dates, numbers as stored."""

    def __init__(self, package: Package, parts: dict[str, str], workbook: Element) -> None:
        self._package = package
        properties = workbook.find(f"{_S}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        # Excel counts days; 1900 is wrongly a leap year there, hence 30 December.
        self._epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
        self._strings = self._shared(parts.get("sharedStrings", "xl/sharedStrings.xml"))
        self._dates = self._date_styles(parts.get("styles", "xl/styles.xml"))

    def rows(self, part: str) -> Iterator[list[str]]:
        """Rows in order, cells at their columns."""
        for row in iterate_xml(self._package.read(part), f"{_S}row"):
            values: list[str] = []
            for cell in row.iter(f"{_S}c"):
                column = _column(cell.get("r", ""))
                if column is not None and len(values) < column < _MAX_COLUMNS:
                    values.extend([""] * (column - len(values)))
                values.append(self._value(cell))
            yield values

    def _shared(self, part: str) -> list[str]:
        if part not in self._package:
            return []
        return [_rich_text(item) for item in iterate_xml(self._package.read(part), f"{_S}si")]

    def _date_styles(self, part: str) -> frozenset[int]:
        """Indices of cell styles whose number format shows a date."""
        root = self._package.xml(part)
        if root is None:
            return frozenset()
        custom = {
            int(number.get("numFmtId", "0")): _NOT_DATE_PARTS.sub("", number.get("formatCode", "")).lower()
            for number in root.iter(f"{_S}numFmt")
            if number.get("numFmtId", "").isdigit()
        }
        styles = root.find(f"{_S}cellXfs")
        found = set()
        for index, style in enumerate(styles if styles is not None else ()):
            number = int(style.get("numFmtId", "0")) if style.get("numFmtId", "0").isdigit() else 0
            if number in _DATE_FORMATS or any(sign in custom.get(number, "") for sign in ("y", "d", "h:", "m/")):
                found.add(index)
        return frozenset(found)

    def _value(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return _rich_text(inline) if inline is not None else ""
        raw = cell.findtext(f"{_S}v") or ""
        if kind == "s":
            return self._strings[int(raw)] if raw.isdigit() and int(raw) < len(self._strings) else ""
        if kind == "b":
            return {"1": "true", "0": "false"}.get(raw, raw)
        style = cell.get("s", "")
        if kind == "n" and raw and style.isdigit() and int(style) in self._dates:
            return self._date(raw)
        return _number(raw) if kind == "n" else raw

    def _date(self, raw: str) -> str:
        try:
            days = float(raw)
            moment = self._epoch + timedelta(days=days)
        except (ValueError, OverflowError):
            return raw
        # Half a second: a time is a fraction of a day, never exact in binary.
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if days < 1:
            return moment.strftime("%H:%M:%S").removesuffix(":00")
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return moment.date().isoformat()
        return moment.isoformat(sep=" ").removesuffix(":00")


def _rich_text(item: Element) -> str:
    """Text of a string with formatting; phonetic hints (rPh) are left out."""
    pieces = [text.text or "" for text in item.findall(f"{_S}t")]
    pieces += [text.text or "" for text in item.findall(f"{_S}r/{_S}t")]
    return "".join(pieces)


def _number(raw: str) -> str:
    """``0.30000000000000004`` → ``0.3``: Excel stores 17 digits and shows 15."""
    try:
        return f"{float(raw):.15g}" if len(raw) > 15 else raw
    except ValueError:
        return raw


def _column(reference: str) -> int | None:
    """``C7`` → 2; None without letters."""
    column = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    return column - 1 if column else None
