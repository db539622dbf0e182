"""Styles of a Word document: which are headings or lists, and whose text nobody sees."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from backend.extraction.extractors.numbering import W, value, whole

_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift)\s*(\d)", re.IGNORECASE)
_TITLES = frozenset({"title", "titel"})
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(slots=True)
class Style:
    """`level` 1..9 for a heading (a title is 1). `number` and `depth`: the list that its paragraphs belong to.

    `names`: its identifier, then those of the styles that it is based on. `hides`: its text is not shown; None where it
    says nothing of that. `is_default`: what paragraphs have that name no style.
    """

    level: int = 0
    number: str = ""
    depth: int = 0
    names: tuple[str, ...] = ()
    hides: bool | None = None
    is_default: bool = False


def styles_of(root: Element | None) -> dict[str, Style]:
    """Style id → what it makes of a paragraph, by name, outline level or the style that it is based on."""
    styles: dict[str, Style] = {}
    based: dict[str, str] = {}
    for element in root.iter(f"{W}style") if root is not None else ():
        identifier = element.get(f"{W}styleId", "")
        name = value(element.find(f"{W}name")).lower()
        outline = value(element.find(f"{W}pPr/{W}outlineLvl"))
        style = styles[identifier] = Style(names=(identifier,))
        if name in _TITLES:
            style.level = 1
        elif match := _HEADING.match(name):
            style.level = int(match[1])
        elif outline.isdecimal() and whole(outline, 9) < 9:
            style.level = whole(outline) + 1
        style.number = value(element.find(f"{W}pPr/{W}numPr/{W}numId"))
        depth = value(element.find(f"{W}pPr/{W}numPr/{W}ilvl"))
        style.depth = whole(depth) if depth.isdecimal() else max(style.level - 1, 0)
        if (vanish := element.find(f"{W}rPr/{W}vanish")) is not None:
            style.hides = is_on(vanish)
        style.is_default = (
            element.get(f"{W}type") == "paragraph" and element.get(f"{W}default", "0").lower() not in _OFF
        )
        based[identifier] = value(element.find(f"{W}basedOn"))
    for identifier, style in styles.items():
        parent, seen = based[identifier], {identifier}
        while parent in styles and parent not in seen:
            style.level = style.level or styles[parent].level
            if not style.number:
                style.number, style.depth = styles[parent].number, styles[parent].depth
            if style.hides is None:
                style.hides = styles[parent].hides
            seen.add(parent)
            style.names += (parent,)
            parent = based[parent]
    return styles


def conceal(root: Element, styles: Mapping[str, Style]) -> None:
    """Marks the runs that a style hides as hidden themselves.

    Hidden by the style of the paragraph and again by that of the run is shown (ECMA-376, part 1, 17.7.3).
    """
    if not any(style.hides for style in styles.values()):
        return
    usual = next((style for style in styles.values() if style.is_default), Style())
    for paragraph in root.iter(f"{W}p"):
        name = value(paragraph.find(f"{W}pPr/{W}pStyle"))
        around = styles.get(name, usual).hides or False
        for run in _runs(paragraph):
            properties = run.find(f"{W}rPr")
            if properties is not None and properties.find(f"{W}vanish") is not None:
                continue
            own = styles.get(value(properties.find(f"{W}rStyle")), Style()).hides if properties is not None else None
            if around is not bool(own):
                if properties is None:
                    properties = Element(f"{W}rPr")
                    run.insert(0, properties)
                SubElement(properties, f"{W}vanish")


def _runs(parent: Element) -> Iterator[Element]:
    """The runs of a paragraph, without those of text boxes in it."""
    for child in parent:
        if child.tag == f"{W}r":
            yield child
        if child.tag != f"{W}p":
            yield from _runs(child)


def is_on(element: Element | None) -> bool:
    return element is not None and element.get(f"{W}val", "1").lower() not in _OFF
