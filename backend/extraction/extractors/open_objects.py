"""Equations and charts that stand in an OpenDocument file as objects of their own, put in their place as words.

OpenDocument 1.3, part 3, chapters 10.4.6, 11 and 14.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from xml.etree.ElementTree import Element, SubElement

from backend.errors import ExtractionFailed
from backend.extraction.extractors.drawings import chart_lines
from backend.extraction.extractors.mathml import MATHML, linear
from backend.extraction.extractors.open_document import CHART, DRAW, OFFICE, TABLE, TEXT, XLINK
from backend.extraction.extractors.open_paragraphs import words
from backend.extraction.extractors.open_tables import members
from backend.extraction.packages import Package

_EQUATION = f"{MATHML}math"
#: In a part of its own, and in the object itself.
_CHARTS = tuple(f"{document}{OFFICE}body/{OFFICE}chart/{CHART}chart" for document in ("", f"{OFFICE}document/"))
_MAX_ROWS = 2_000
_MAX_COLUMNS = 200
_NOT_A_NUMBER = frozenset({"NaN", "1.#NAN"})


def put_in_place(root: Element, package: Package) -> None:
    """Each object with an equation or a chart becomes its words: within the line, or as a box."""
    known: dict[str, list[str]] = {}
    for parent in list(root.iter()):
        for frame in parent.findall(f"{DRAW}frame"):
            held = frame.find(f"{DRAW}object")
            if held is None or not (lines := _lines_of(held, package, known)):
                continue
            tail = frame.tail
            frame.clear()
            frame.tail = tail
            if parent.tag.startswith(TEXT) and len(lines) == 1:
                frame.tag, frame.text = f"{TEXT}span", lines[0]
            else:
                _fill(SubElement(SubElement(frame, f"{DRAW}text-box"), f"{TEXT}p"), lines)


def _fill(paragraph: Element, lines: Sequence[str]) -> None:
    paragraph.text = lines[0]
    for line in lines[1:]:
        SubElement(paragraph, f"{TEXT}line-break").tail = line


def _lines_of(held: Element, package: Package, known: dict[str, list[str]]) -> list[str]:
    """What an object says, which lies in it or in a part of its own; of one that was shown before its first line."""
    part = held.get(f"{XLINK}href", "").removeprefix("./").rstrip("/")
    if not part:
        return list(_told(held))
    if part in known:
        return known[part]
    try:
        root = package.xml(f"{part}/content.xml")
    except ExtractionFailed as error:
        # Older programs write a document type before an equation.
        if error.code != "corrupt":
            raise
        root = None
    lines = list(_told(root)) if root is not None else []
    known[part] = lines[:1]
    return lines


def _told(root: Element) -> Iterator[str]:
    # By their paths: objects may lie within objects as deep as a file likes.
    equation = root if root.tag == _EQUATION else root.find(_EQUATION)
    chart = next((found for path in _CHARTS if (found := root.find(path)) is not None), None)
    if equation is not None:
        if text := linear(equation):
            yield text
    elif chart is not None:
        names, rows = _table_of(chart)
        axes = [title for axis in chart.findall(f"{CHART}plot-area/{CHART}axis") if (title := _title(axis))]
        yield from chart_lines(_title(chart), axes, names, rows)


def _title(element: Element) -> str:
    found = element.find(f"{CHART}title")
    return words(found) if found is not None else ""


def _table_of(chart: Element) -> tuple[list[str], list[tuple[str, ...]]]:
    """The names of the series, and the rows of the table that a chart is drawn from, each with its label first."""
    names: list[str] = []
    rows: list[tuple[str, ...]] = []
    table = chart.find(f"{TABLE}table")
    for row, _, is_head in islice(members(table, "table-row"), _MAX_ROWS) if table is not None else ():
        cells = [words(cell) for cell in islice(row.iterfind(f"{TABLE}table-cell"), _MAX_COLUMNS)]
        if is_head:
            names = cells[1:]
        elif cells:
            rows.append(tuple("" if cell in _NOT_A_NUMBER else cell for cell in cells))
    return names, rows
