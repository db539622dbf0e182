"""The rows of one sheet as they are shown: merged cells filled, hidden rows and columns left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from backend.extraction.extractors.number_formats import BUILT_IN, GENERAL, shown
from backend.extraction.packages import Package, iterate_xml
from backend.extraction.tables import MAX_COLUMNS, Amount, Row, Spanned, whole

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_DATA = re.compile(rb"<(?:\w{1,20}:)?sheetData\b")
_SHEET_END = re.compile(rb"</(?:\w{1,20}:)?sheetData>")
_MERGED = re.compile(rb"<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s([^<>]{0,500})>")
_ATTRIBUTE = re.compile(rb"(\w{1,30})=[\"']([^\"']{0,30})")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_MAX_MERGED_COLUMNS = 1_000
_TRUE = frozenset({b"1", b"true"})


@dataclass(frozen=True, slots=True)
class Area:
    """Cells from one corner to the other, counted from 0, both included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, reference: str) -> "Area | None":
        """``B2:D9``, or one cell."""
        match = _REFERENCE.fullmatch(reference.replace("$", ""))
        if match is None:
            return None
        left, top, right, bottom = match.groups()
        return cls(int(top) - 1, column_of(left), int(bottom or top) - 1, column_of(right or left))


@dataclass(slots=True)
class Hidden:
    """What was left out of a sheet."""

    rows: int = 0
    columns: set[int] = field(default_factory=set)


class Cells:
    """Reads the cells of a workbook. `epoch` is day 0 of its dates."""

    def __init__(self, package: Package, strings: str, styles: str, *, epoch: datetime) -> None:
        self._package = package
        self._epoch = epoch
        self._spanned = Spanned()
        self._strings = self._shared(strings)
        self._codes = self._formats(styles)

    def rows(self, part: str, headers: Sequence[Area], hidden: Hidden) -> Iterator[Row]:
        """Rows in order, an empty one for a gap between them; what is hidden is counted in `hidden`.

        Args:
            headers: rows of which the workbook itself says that they name the columns of a table.
        """
        data = self._package.read(part)
        start, ends = _SHEET_DATA.search(data), list(_SHEET_END.finditer(data))
        hidden.columns = _hidden_columns(data[: start.start()] if start else b"")
        merged = sorted(_merged(data[ends[-1].end() :]), key=lambda area: area.top) if ends else []
        named = {area.top: area for area in headers}
        fill = _Fill(merged, self._spanned)
        at = last = -1
        for element in iterate_xml(data, f"{S}row"):
            at = max(at + 1, whole(element.get("r", "")) - 1)
            own = self._values(element)
            if not any(own):  # what a merged cell covers alone says nothing new
                continue
            if 0 <= last < at - 1 and not fill.covers(at - 1):
                yield Row(())
            last = at
            values = fill.row(at, own)
            if element.get("hidden") in {"1", "true"}:
                hidden.rows += any(values.values)
                continue
            row = _without(values, hidden.columns) if hidden.columns else values
            yield Row(row.values, row.joined, names=at in named and _within(values, named[at]))

    def _values(self, row: Element) -> list[str]:
        values: list[str] = []
        for cell in row.iter(f"{S}c"):
            column = column_of(cell.get("r", ""))
            if len(values) < column < MAX_COLUMNS:
                # Empty cells cost little.
                self._spanned.spend((column - len(values)) // 16)
                values.extend([""] * (column - len(values)))
            if len(values) < MAX_COLUMNS:
                values.append(self._value(cell))
        return values

    def _value(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{S}is")
            return _one_line(rich_text(inline)) if inline is not None else ""
        raw = cell.findtext(f"{S}v") or ""
        if kind == "s":
            return _one_line(self._strings[at]) if 0 <= (at := whole(raw, otherwise=-1)) < len(self._strings) else ""
        if kind == "b":
            return {"1": "true", "0": "false"}.get(raw, raw)
        if kind != "n" or not raw:
            return _one_line(raw)
        style = whole(cell.get("s", "0"), otherwise=-1)
        code = self._codes[style] if 0 <= style < len(self._codes) else GENERAL
        plain = code is GENERAL and len(raw) <= 15
        return Amount(_one_line(raw if plain else shown(raw, code, epoch=self._epoch)))

    def _shared(self, part: str) -> list[str]:
        if part not in self._package:
            return []
        return [rich_text(item) for item in iterate_xml(self._package.read(part), f"{S}si")]

    def _formats(self, part: str) -> list[str]:
        """The number format of each style of cells."""
        root = self._package.xml(part)
        if root is None:
            return []
        own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{S}numFmt")}
        styles = root.find(f"{S}cellXfs")
        codes = []
        for style in styles if styles is not None else ():
            number = style.get("numFmtId", "0")
            code = own.get(number) or BUILT_IN.get(whole(number), GENERAL)
            codes.append(GENERAL if code.lower() == "general" else code)
        return codes


class _Fill:
    """Gives the cells that a merged one covers its value, row after row."""

    def __init__(self, merged: Sequence[Area], spanned: Spanned) -> None:
        self._spanned = spanned
        self._coming = list(reversed(merged))
        self._open: list[tuple[Area, str]] = []

    def covers(self, at: int) -> bool:
        """Whether a merged cell with a value goes on into row `at`, which is behind those that were asked for."""
        return any(text and area.bottom >= at for area, text in self._open)

    def row(self, at: int, values: list[str]) -> Row:
        """Row `at`, which is behind those that were asked for before."""
        if not self._coming and not self._open:
            return Row(tuple(values))
        joined: set[int] = set()
        self._open = [(area, text) for area, text in self._open if area.bottom >= at]
        while self._coming and self._coming[-1].top <= at:
            area = self._coming.pop()
            # One that overlaps another is an error of the file; the one that began before stands.
            if area.bottom >= at and not any(
                one.left <= area.right and area.left <= one.right for one, _ in self._open
            ):
                self._open.append((area, values[area.left] if area.top == at and area.left < len(values) else ""))
        for area, text in self._open:
            end = min(area.right, area.left + _MAX_MERGED_COLUMNS) + 1
            if len(values) < end and text:
                values.extend([""] * (end - len(values)))
            self._spanned.spend(max(0, min(end, len(values)) - area.left - 1))
            for column in range(area.left, min(end, len(values))):
                values[column] = text
                if column > area.left:
                    joined.add(column)
        return Row(tuple(values), frozenset(joined))


def _without(row: Row, hidden: set[int]) -> Row:
    values: list[str] = []
    joined: set[int] = set()
    shown_before = False
    for column, value in enumerate(row.values):
        if column not in row.joined:
            shown_before = False
        if column in hidden:
            continue
        if column in row.joined and shown_before:
            joined.add(len(values))
        shown_before = True
        values.append(value)
    return Row(tuple(values), frozenset(joined))


def _within(row: Row, area: Area) -> bool:
    return all(area.left <= column <= area.right for column, value in enumerate(row.values) if value)


def _merged(tail: bytes) -> Iterator[Area]:
    for left, top, right, bottom in _MERGED.findall(tail):
        yield Area(int(top) - 1, column_of(left.decode()), int(bottom) - 1, column_of(right.decode()))


def _hidden_columns(head: bytes) -> set[int]:
    found: set[int] = set()
    for attributes in _COLUMN.findall(head):
        values = dict(_ATTRIBUTE.findall(attributes))
        if values.get(b"hidden") in _TRUE and values.get(b"min", b"").isdigit() and values.get(b"max", b"").isdigit():
            found.update(range(int(values[b"min"]) - 1, min(int(values[b"max"]), MAX_COLUMNS)))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def rich_text(item: Element) -> str:
    """Text of a string with formatting; phonetic hints (rPh) are left out."""
    pieces = [text.text or "" for text in item.findall(f"{S}t")]
    pieces += [text.text or "" for text in item.findall(f"{S}r/{S}t")]
    return "".join(pieces)


def column_of(reference: str) -> int:
    """``C7`` → 2; -1 without letters."""
    column = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    return column - 1
