"""What stands in an OpenDocument text, block by block, and the automatic numbers of its lists and headings.

OpenDocument 1.3, part 3, chapters 5.3 and 16.30.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from backend.extraction.extractors.numbering import BULLET, letters, whole, written
from backend.extraction.extractors.open_document import DRAW, LOEXT, STYLE, TABLE, TEXT, XML, is_hidden

_LIST, _ITEM, _ALONE = (f"{TEXT}{name}" for name in ("list", "list-item", "numbered-paragraph"))
_BLOCKS = frozenset({f"{TEXT}p", f"{TEXT}h", f"{TABLE}table"})
_INDEXES = ("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "bibliography")
#: What only holds blocks. What an index is made from is none of them.
_WRAPPERS = frozenset(
    f"{TEXT}{name}" for name in (*_INDEXES, "alphabetical-index", "index-body", "index-title", "section")
)
MAX_LEVEL = 10
_PLACE = re.compile(r"%(\d{1,2})%")
_FORMS = {
    "": "none",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "1st": "ordinal",
    "01, 02, 03, ...": "decimalZero",
}


class Place(NamedTuple):
    """Where in a list a block stands. `leads`: it is the one of its item that has the number."""

    style: str
    level: int
    counts: dict[int, int]
    leads: bool = False
    start: int | None = None
    said: str = ""
    restarts: bool = False


class Block(NamedTuple):
    """A paragraph, heading or table. `is_boxed`: it stands in a frame or a drawn shape."""

    element: Element
    place: Place | None = None
    is_boxed: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list. `pattern` has ``%1%`` for the number of the first level, where the file has one."""

    form: str
    before: str = ""
    after: str = ""
    shown: int = 1
    start: int = 1
    pattern: str = ""


@dataclass(slots=True)
class _ListStyle:
    levels: dict[int, _Level] = field(default_factory=dict)
    is_one_sequence: bool = False


class Lists:
    """Counts the numbered paragraphs of a text, in the order in which they are asked for.

    Its `parts` hold styles, as those of `Styles` do.
    """

    def __init__(self, *parts: Element | None) -> None:
        self._styles: dict[str, _ListStyle] = {}
        self._outline: str | None = None
        self._headings: dict[int, int] = {}
        self._by_id: dict[str, dict[int, int]] = {}
        self._by_style: dict[str, dict[int, int]] = {}
        for part in parts:
            for one in part if part is not None else ():
                if one.tag in {f"{TEXT}list-style", f"{TEXT}outline-style"}:
                    name = one.get(f"{STYLE}name", "")
                    self._styles[name] = _list_style(one)
                    if one.tag == f"{TEXT}outline-style":
                        self._outline = name

    def blocks(self, parent: Element) -> Iterator[Block]:
        """What stands in an element in order, through lists, sections, indexes and frames; none of what is hidden."""
        boxed = parent.tag.startswith(DRAW)
        stack = [Block(one, None, boxed) for one in reversed(parent)]
        while stack:
            block = stack.pop()
            element, place, boxed = block
            if element.tag in _BLOCKS:
                yield block
            elif element.tag == _LIST:
                stack += [Block(one, at, boxed) for one, at in reversed(list(self._items(element, place)))]
            elif element.tag == _ALONE:
                at = self._alone(element)
                stack += [Block(one, at, boxed) for one in reversed(element)]
            elif (element.tag in _WRAPPERS or element.tag.startswith(DRAW)) and not is_hidden(element):
                boxed = boxed or element.tag.startswith(DRAW)
                stack += [Block(one, None, boxed) for one in reversed(element)]

    def label(self, place: Place, own: str | None) -> str:
        """The number of the next block at a place, such as ``2.1``; ``-`` for a bullet; empty: none.

        `own` is the list style that the style of the paragraph names, for where no list around it does.
        """
        if not place.leads:
            return ""
        style = self._styles.get(place.style or own or "", _ListStyle())
        number = self._counted(style, place.counts, place.level, place.start)
        return place.said or (number if place.level in style.levels else BULLET)

    def label_of_heading(self, heading: Element, level: int, own: str | None) -> str:
        """That of one in no list, by the outline; empty: none."""
        if heading.get(f"{TEXT}is-list-header") == "true" or (own is not None and own != self._outline):
            return ""
        start = None
        if heading.get(f"{TEXT}restart-numbering") == "true":
            start = _number(heading.get(f"{TEXT}start-value"))
            self._headings.pop(level, None)
        style = self._styles.get(self._outline or "", _ListStyle())
        number = self._counted(style, self._headings, level, start)
        return (heading.findtext(f"{TEXT}number") or "").strip() or number

    def _items(self, listed: Element, around: Place | None) -> Iterator[tuple[Element, Place]]:
        inner = self._entered(listed, around)
        for item in listed:
            if item.tag not in {_ITEM, f"{TEXT}list-header"}:
                continue
            at = inner._replace(
                style=item.get(f"{TEXT}style-override") or inner.style,
                leads=item.tag == _ITEM,
                start=_number(item.get(f"{TEXT}start-value")),
                said=(item.findtext(f"{TEXT}number") or "").strip(),
            )
            for one in item:
                yield one, at
                # The number stands before the first block; a second list in an item counts for itself.
                at = at._replace(
                    leads=at.leads and one.tag not in {_LIST, *_BLOCKS}, restarts=at.restarts or one.tag == _LIST
                )

    def _entered(self, listed: Element, around: Place | None) -> Place:
        style = listed.get(f"{TEXT}style-name") or (around.style if around is not None else "")
        goes_on = listed.get(f"{TEXT}continue-numbering") == "true"
        if around is not None:
            level = min(around.level + 1, MAX_LEVEL)
            if around.restarts and not goes_on:
                around.counts.pop(level, None)
            return Place(style, level, around.counts)
        counts = self._by_id.get(listed.get(f"{TEXT}continue-list", ""))
        if counts is None and goes_on:
            counts = self._by_style.get(style)
        if style and style == self._outline:
            counts = self._headings
        if counts is None:
            counts = {}
        self._by_style[style] = counts
        if identifier := listed.get(f"{XML}id"):
            self._by_id[identifier] = counts
        return Place(style, 1, counts)

    def _alone(self, paragraph: Element) -> Place:
        """That of a paragraph that says itself which list it belongs to."""
        counts = self._by_id.setdefault(paragraph.get(f"{TEXT}list-id", ""), {})
        level = min(max(1, _number(paragraph.get(f"{TEXT}level")) or 1), MAX_LEVEL)
        start = _number(paragraph.get(f"{TEXT}start-value"))
        said = (paragraph.findtext(f"{TEXT}number") or "").strip()
        return Place(paragraph.get(f"{TEXT}style-name", ""), level, counts, True, start, said)

    def _counted(self, style: _ListStyle, counts: dict[int, int], level: int, start: int | None) -> str:
        here = style.levels.get(level, _Level("none"))
        at = 1 if style.is_one_sequence else level
        counts[at] = start if start is not None else counts.get(at, here.start - 1) + 1
        for deeper in [one for one in counts if one > at]:
            del counts[deeper]
        if here.form == BULLET:
            return BULLET

        def place(of: int) -> str:
            of_level = style.levels.get(of, _Level("none"))
            return "" if of_level.form == BULLET else _written(counts.get(of, of_level.start), of_level.form)

        if here.form == "none":
            around = f"{here.before}{here.after}".strip()
            return around if any(map(str.isalnum, around)) else ""
        if style.is_one_sequence:
            return f"{here.before}{_written(counts[at], here.form)}{here.after}".strip()
        if here.pattern:
            return _PLACE.sub(lambda match: place(int(match[1])), here.pattern).strip()
        outer = range(max(1, level - here.shown + 1), level + 1)
        return f"{here.before}{'.'.join(filter(None, map(place, outer)))}{here.after}".strip()


def _list_style(root: Element) -> _ListStyle:
    made = _ListStyle(is_one_sequence=root.get(f"{TEXT}consecutive-numbering") == "true")
    for one in root:
        level = _number(one.get(f"{TEXT}level")) or 0
        if one.tag in {f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"}:
            made.levels[level] = _Level(
                _form(one.get(f"{STYLE}num-format", ""), in_step=one.get(f"{STYLE}num-letter-sync") == "true"),
                one.get(f"{STYLE}num-prefix", ""),
                one.get(f"{STYLE}num-suffix", ""),
                _number(one.get(f"{TEXT}display-levels")) or 1,
                1 if (start := _number(one.get(f"{TEXT}start-value"))) is None else start,
                one.get(f"{STYLE}num-list-format", one.get(f"{LOEXT}num-list-format", "")),
            )
        else:
            made.levels[level] = _Level(BULLET)
    return made


def _form(code: str, *, in_step: bool) -> str:
    """As `written` calls it. After z comes aa, and then bb where letters go in step, ab elsewhere."""
    if code in {"a", "A"} and not in_step:
        return code
    return _FORMS.get(code, "decimal")


def _written(number: int, form: str) -> str:
    if form in {"a", "A"}:
        return letters(number) if form == "A" else letters(number).lower()
    return written(number, form)


def _number(text: str | None) -> int | None:
    found = whole(text or "", -1)
    return found if found >= 0 else None
