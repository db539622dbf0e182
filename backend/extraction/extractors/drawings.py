"""Charts and diagrams of Office files as text: a chart's title and numbers as a table, a diagram's words as a list."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from backend.extraction.extractors.number_formats import GENERAL, shown
from backend.extraction.packages import Package
from backend.extraction.tables import Row, lines_of, whole

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_REFERENCES = frozenset({f"{_C}chart", f"{_D}relIds"})
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - numbers of days have no zone
_MAX_POINTS = 2_000
#: Points of a diagram that only connect or lay out others.
_NO_WORDS = frozenset({"pres", "parTrans", "sibTrans"})


def drawn(package: Package, part: str) -> Iterator[str]:
    """The text of each chart and diagram that belongs to a part of a package, one block each."""
    return iter(drawn_by_id(package, part).values())


def drawn_by_id(package: Package, part: str) -> dict[str, str]:
    """As `drawn`, by the ids with which the part refers to them."""
    blocks: dict[str, str] = {}
    for identifier, (kind, target) in package.relations(part).items():
        if kind in {"chart", "diagramData"} and (root := package.xml(target)) is not None:
            block = "\n".join(_chart(root) if kind == "chart" else _diagram(root))
            if block:
                blocks[identifier] = block
    return blocks


def shown_in(element: Element) -> Iterator[str]:
    """The ids of the charts and diagrams that stand inside of an element, in order."""
    for one in element.iter():
        if one.tag in _REFERENCES:
            yield from (value for name, value in one.attrib.items() if name.rpartition("}")[2] in {"id", "dm"})


def _chart(root: Element) -> Iterator[str]:
    series = list(root.iter(f"{_C}ser"))
    columns = [_points(one, "val", "yVal", "bubbleSize") for one in series]
    labels = _points(series[0], "cat", "xVal") if series else {}
    places = sorted({*labels, *(place for column in columns for place in column)})[:_MAX_POINTS]
    yield from chart_lines(
        _words(root.find(f"{_C}chart/{_C}title")),
        [name for axis in _axes(root) if (name := _words(axis.find(f"{_C}title")))],
        [_words(one.find(f"{_C}tx")) for one in series],
        [(labels.get(place, str(place + 1)), *(column.get(place, "") for column in columns)) for place in places],
    )


def chart_lines(
    title: str, axes: Sequence[str], names: Sequence[str], rows: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    """A chart as text. `names` are those of its series, empty where they have none; each row begins with its label."""
    # Of one series alone the name is shown above it where the chart has no title.
    only = names[0] if len(names) == 1 else ""
    if title or names:
        yield f"Chart: {title or only}" if title or only else "Chart"
    if title and only and only != title:
        yield only
    if axes:
        yield f"Axes: {', '.join(axes)}"
    if len(names) == 1:
        yield from (": ".join(row[:2]) for row in rows)
    elif rows:
        named = [name or f"Series {number}" for number, name in enumerate(names, start=1)]
        yield from lines_of([Row(("", *named), names=True), *map(Row, rows)])


def _axes(root: Element) -> Iterator[Element]:
    for kind in ("catAx", "dateAx", "valAx", "serAx"):
        yield from root.iter(f"{_C}{kind}")


def _points(series: Element, *names: str) -> dict[int, str]:
    """Position → text of the first of these that the series has, from what the program cached."""
    for name in names:
        if (found := series.find(f"{_C}{name}")) is None:
            continue
        code = next((one.text or GENERAL for one in found.iter(f"{_C}formatCode")), GENERAL)
        is_number = (
            next(found.iter(f"{_C}numRef"), None) is not None or next(found.iter(f"{_C}numLit"), None) is not None
        )
        levels = [
            {
                whole(point.get("idx", "0")): " ".join((point.findtext(f"{_C}v") or "").split())
                for point in level.iter(f"{_C}pt")
            }
            for level in list(found.iter(f"{_C}lvl")) or [found]
        ]
        if is_number:
            return {place: shown(text, code, epoch=_EPOCH) for place, text in levels[0].items()}
        # Categories of several levels: an outer one stands at the first of the points that it is for.
        return {
            place: " ".join([*(_under(outer, place) for outer in reversed(levels[1:])), text]).strip()
            for place, text in levels[0].items()
        }
    return {}


def _under(points: dict[int, str], place: int) -> str:
    """What an outer level says of a point: it names the first of those below it."""
    before = [at for at in points if at <= place]
    return points[max(before)] if before else ""


def _diagram(root: Element) -> Iterator[str]:
    for point in root.iter(f"{_D}pt"):
        if point.get("type", "node") not in _NO_WORDS and (text := _words(point.find(f"{_D}t"))):
            yield f"- {text}"


def _words(element: Element | None) -> str:
    if element is None:
        return ""
    texts = ["".join(one.text or "" for one in paragraph.iter(f"{_A}t")) for paragraph in element.iter(f"{_A}p")]
    if not any(texts):
        texts = [one.text or "" for one in element.iter(f"{_C}v")]
    return " ".join(" ".join(texts).split())
