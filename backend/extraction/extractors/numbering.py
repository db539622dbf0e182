"""Automatic numbers of clauses, headings and lists in Word, which no run of text holds (ECMA-376, part 1, 17.9).

How a number is written goes for other formats as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_ROMAN = 4_000
_MAX_DIGITS = 6
BULLET = "-"


@dataclass(slots=True)
class _Level:
    """One level of a list: `text` has ``%1`` for the number of the first level, and so on."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restarts_after: int | None = None
    style: str = ""


class Numbering:
    """Counts the numbered paragraphs of a document, in order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()
        self._starts: dict[tuple[str, int], int] = {}
        if root is None:
            return
        abstract: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        styles: dict[str, str] = {}
        for found in root.iter(f"{W}abstractNum"):
            identifier = found.get(f"{W}abstractNumId", "")
            abstract[identifier] = dict(_levels(found))
            if style := value(found.find(f"{W}styleLink")):
                styles[style] = identifier
            if style := value(found.find(f"{W}numStyleLink")):
                linked[identifier] = style
        for found in root.iter(f"{W}num"):
            number = found.get(f"{W}numId", "")
            of = value(found.find(f"{W}abstractNumId"))
            of = styles.get(linked.get(of, ""), of)
            levels = dict(abstract.get(of, {}))
            for override in found.iter(f"{W}lvlOverride"):
                level = whole(override.get(f"{W}ilvl", ""))
                levels.update(_levels(override))
                if (start := value(override.find(f"{W}startOverride"))).isdecimal():
                    self._starts[number, level] = whole(start)
            self._lists[number] = (of, levels)

    def level_of(self, number: str, styles: Iterable[str]) -> int | None:
        """The level of list `number` that is tied to the first of `styles` that one is tied to."""
        _, levels = self._lists.get(number, ("", {}))
        tied = {level.style: depth for depth, level in levels.items() if level.style}
        return next((tied[style] for style in styles if style in tied), None)

    def next(self, number: str, level: int) -> str:
        """The number of the next paragraph of list `number` on a level, such as ``2.1``; ``-`` for a bullet."""
        if number not in self._lists:
            return BULLET
        of, levels = self._lists[number]
        here = levels.get(level, _Level(text=f"%{level + 1}."))
        counts = self._counts.setdefault(of, {})
        if (number, level) in self._starts and (number, level) not in self._overridden:
            self._overridden.add((number, level))
            counts[level] = self._starts[number, level] - 1
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            limit = levels.get(deeper, _Level()).restarts_after
            if limit is None or (limit and level < limit):
                del counts[deeper]
        if here.form == "bullet":
            return BULLET

        def place(match: re.Match[str]) -> str:
            outer = int(match[1]) - 1
            of_outer = levels.get(outer, _Level())
            return written(counts.get(outer, of_outer.start), "decimal" if here.legal else of_outer.form)

        return _PLACE.sub(place, here.text).strip()


def value(element: Element | None) -> str:
    """The attribute ``w:val`` of an element, if there is one."""
    return element.get(f"{W}val", "") if element is not None else ""


def _levels(parent: Element) -> list[tuple[int, _Level]]:
    found = []
    for level in parent.iter(f"{W}lvl"):
        start, restart = value(level.find(f"{W}start")), value(level.find(f"{W}lvlRestart"))
        legal = level.find(f"{W}isLgl")
        found.append(
            (
                whole(level.get(f"{W}ilvl", "")),
                _Level(
                    start=whole(start) if start else 1,
                    form=value(level.find(f"{W}numFmt")) or "decimal",
                    text=value(level.find(f"{W}lvlText")),
                    legal=legal is not None and value(legal) not in {"0", "false", "off"},
                    restarts_after=whole(restart) if restart.isdecimal() else None,
                    style=value(level.find(f"{W}pStyle")),
                ),
            )
        )
    return found


def written(number: int, form: str) -> str:
    """A number in a form of Word, such as ``lowerRoman``."""
    match form:
        case "lowerLetter" | "upperLetter":
            # a … z, then aa, bb.
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 1_000 else str(number)
            return letter.upper() if form == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02d}"
        case "ordinal":
            ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in {11, 12, 13} else 0, "th")
            return f"{number}{ending}"
        case "none":
            return ""
        case _:
            return str(number)


def letters(number: int) -> str:
    """A … Z, then AA, AB, as columns are named. From 1 on."""
    name = "" if number > 0 else str(number)
    while number > 0:
        number, place = divmod(number - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def _roman(number: int) -> str:
    if not 0 < number < _MAX_ROMAN:
        return str(number)
    out = ""
    for worth, sign in _ROMAN:
        while number >= worth:
            out += sign
            number -= worth
    return out


def whole(text: str, otherwise: int = 0) -> int:
    """A number of at most five digits; `otherwise` for anything else."""
    return int(text) if text.isdecimal() and len(text) < _MAX_DIGITS else otherwise
