"""The structure of a text, by rules and with exact offsets: what stands under which heading, and which lists it has.

Headings are those that the reader of the file found, Markdown's, "§ 3 Title", a lone number with a title, and a short
line that stands alone. A list is a run of lines with marks of its own, of "Label: value" lines, or of short lines below
one that announces them; items may be nested and go on over lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from backend.text.sentences import split_sentences

#: Lines that are looked at; what is longer has its lists in the part that counts.
_MAX_LINES = 5000
_HEADING_WORDS = 8
_PLAIN_ITEM_CHARS = 70
_LEAD_CHARS = 300
_LEAST_LABELS = 2
_LEAST_PLAIN = 2
#: Between two numbered steps there may stand so many lines of their own.
_LOOSE_LINES = 14

_MARKED = re.compile(r"(?P<mark>[-*+•‣◦▪–—·●○✓☐☑]|\(?\d{1,3}[.)]|\(?[a-z][.)])(?P<gap>[ \t]+)(?=\S)")
_MONTH_FOLLOWS = re.compile(
    r"(?:jan|feb|mar|mär|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|de[cz]|jänner)[^\W\d_]*\.?(?:\s+\d{4}|\s*$|[ ,])",
    re.IGNORECASE,
)
_HASHES = re.compile(r"#{1,6}(?=\s)")
_CLAUSE = re.compile(r"(?:§{1,2}|Art(?:ikel|icle|\.)|Abschnitt|Section|Kapitel|Chapter)\s*\d+[a-z]?\b", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_RULE = re.compile(r"\s*+(?:[-*_=]\s?){3,}+\s*+$")
_LABEL = re.compile(r"(?P<label>[^\W_][^:|\n]{0,40}):[ \t]+(?=\S)")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_MAIL_HEAD = re.compile(r"(?:subject|betreff|objet|asunto):\s", re.IGNORECASE)
_ENDS = ".!?:;,…。！？"
_DECORATION = "#*_` \t"


class _Kind(Enum):
    blank = auto()
    heading = auto()
    item = auto()
    label = auto()
    text = auto()
    #: Quoted mails, rows of tables, rules: no list and no prose.
    other = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]``; never blank, no white space at either end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item(Span):
    """The words of an item without its mark, with the lines that it goes on over. `depth` 0: not nested."""

    mark: str
    depth: int

    @property
    def numbered(self) -> bool:
        return any(sign.isdigit() for sign in self.mark)


@dataclass(frozen=True, slots=True)
class Listing:
    """`lead`: the sentence right before it that announces it."""

    lead: Span | None
    items: tuple[Item, ...]


@dataclass(slots=True)
class Section:
    """What stands under a heading, until the next one of any level; the first may have none.

    `level` 1 is the outermost; `above` are the indexes of the sections around it, outermost first.
    """

    heading: Span | None
    level: int
    above: tuple[int, ...] = ()
    listings: list[Listing] = field(default_factory=list)
    paragraphs: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    kind: _Kind = _Kind.text
    indent: int = 0
    #: Where its words begin: behind a mark.
    words: int = 0
    mark: str = ""
    level: int = 0


def sections_of(text: str, headings: Sequence[tuple[int, int]] = ()) -> list[Section]:
    """The sections of a text in order. `headings`: offset and level of those that are known, 1 the outermost."""
    lines = _classified(text, dict(headings))
    sections = [Section(None, 0)]
    around: list[int] = []
    begin = 0
    for index, line in enumerate(lines):
        if line.kind is not _Kind.heading:
            continue
        _fill(sections[-1], text, lines[begin:index])
        while around and sections[around[-1]].level >= line.level:
            around.pop()
        sections.append(Section(_trimmed(text, line.words, line.end), line.level, tuple(around)))
        around.append(len(sections) - 1)
        begin = index + 1
    _fill(sections[-1], text, lines[begin:])
    return sections


def _classified(text: str, known: dict[int, int]) -> list[_Line]:
    lines = _lines(text)
    fenced = False
    for line in lines:
        words = text[line.start : line.end]
        line.indent = len(words) - len(words.lstrip())
        line.words = line.start + line.indent
        if _FENCE.match(words):
            fenced = not fenced
        elif fenced:
            continue
        elif not words.strip():
            line.kind = _Kind.blank
        elif line.start in known:
            line.kind, line.level = _Kind.heading, known[line.start]
            line.words += len(hashes.group()) if (hashes := _HASHES.match(text, line.words)) else 0
        elif hashes := _HASHES.match(text, line.words):
            line.kind, line.level, line.words = _Kind.heading, len(hashes.group()), hashes.end()
        elif words.lstrip()[0] in ">|" or " | " in words or _RULE.match(words):
            line.kind = _Kind.other
        elif (marked := _MARKED.match(text, line.words)) and not _MONTH_FOLLOWS.match(text, marked.end()):
            line.kind, line.mark, line.words = _Kind.item, marked["mark"], marked.end()
        elif _CLAUSE.match(text, line.words) and _titles(words):
            line.kind, line.level = _Kind.heading, 3
    _find_headings(text, lines, plain=len(known) < 2)
    _find_labels(text, lines)
    return lines


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    start = 0
    while start < len(text) and len(found) < _MAX_LINES:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        found.append(_Line(start, end))
        start = end + 1
    return found


def _titles(words: str) -> bool:
    """Whether a line could be a title: short, and no sentence."""
    bare = words.strip(_DECORATION)
    return bool(bare) and bare[-1] not in _ENDS and len(_WORD.findall(bare)) <= _HEADING_WORDS + 2


def _find_headings(text: str, lines: list[_Line], *, plain: bool) -> None:
    """Numbers with a title and prose below them, and, where files tell no headings, short lines that stand alone."""
    alone: list[int] = []
    for index, line in enumerate(lines):
        blank_before = index == 0 or lines[index - 1].kind in (_Kind.blank, _Kind.heading)
        after = lines[index + 1] if index + 1 < len(lines) else None
        if after is None or not blank_before or line.indent or not _titles(text[line.words : line.end]):
            continue
        if (next_filled := _next_filled(lines, index + 1)) == len(lines):
            continue
        following = lines[next_filled]
        if line.kind is _Kind.item and _NUMBER.search(line.mark):
            if after.kind is _Kind.blank and following.kind is _Kind.text and not _within_list(lines, index):
                line.kind, line.level, line.words = _Kind.heading, 4, line.start
        elif line.kind is _Kind.text and len(_WORD.findall(text[line.start : line.end])) <= _HEADING_WORDS:
            bold = text.startswith("**", line.start) and text.endswith("**", line.start, line.end)
            stands_alone = plain and (after.kind is _Kind.blank or following.kind is _Kind.item)
            if bold or (stands_alone and (index == 0 or ":" not in text[line.start : line.end])):
                alone.append(index)
    there = frozenset(alone)
    for index in alone:
        # Three short lines one after the other head nothing: they are a list.
        if not any({at, at + 2, at + 4} <= there - {0} for at in (index - 4, index - 2, index)):
            lines[index].kind, lines[index].level = _Kind.heading, 1 if index == 0 else 5


def _within_list(lines: Sequence[_Line], index: int) -> bool:
    """Whether the lines right before, up to one blank line, are of a list."""
    at = index - 1
    while at >= 0 and lines[at].kind is _Kind.blank:
        at -= 1
    while at >= 0 and lines[at].kind is _Kind.text:
        at -= 1
    return at >= 0 and lines[at].kind is _Kind.item


def _find_labels(text: str, lines: list[_Line]) -> None:
    run: list[_Line] = []
    for line in [*lines, _Line(0, 0, _Kind.blank)]:
        if line.kind is _Kind.text and not line.indent and _LABEL.match(text, line.start):
            run.append(line)
            continue
        if len(run) >= _LEAST_LABELS and not any(_MAIL_HEAD.match(text, one.start) for one in run):
            for one in run:
                one.kind = _Kind.label
        run = []


def _fill(section: Section, text: str, lines: Sequence[_Line]) -> None:
    """Adds the lists and the paragraphs of a section."""
    at = 0
    before: Span | None = None  # the paragraph right before
    while at < len(lines):
        line = lines[at]
        if line.kind in (_Kind.item, _Kind.label):
            items, at = _labels(text, lines, at) if line.kind is _Kind.label else _items(text, lines, at)
        elif line.kind is _Kind.text:
            plain, after = _plain_items(text, lines, at) if before and text[before.end - 1] == ":" else ([], at)
            if plain:
                items, at = plain, after
            else:
                stop = at
                while stop < len(lines) and lines[stop].kind is _Kind.text:
                    stop += 1
                    if _words(text, lines[stop - 1]).rstrip(_DECORATION).endswith(":"):
                        break
                span = _trimmed(text, lines[at].start, lines[stop - 1].end)
                before = span if span.start < span.end else None
                if before:
                    section.paragraphs.append(before)
                at = stop
                continue
        else:
            before = before if line.kind is _Kind.blank else None
            at += 1
            continue
        if len(items) > 1:
            section.listings.append(Listing(_lead(text, before), tuple(items)))
        before = None


def _lead(text: str, paragraph: Span | None) -> Span | None:
    if paragraph is None:
        return None
    last = split_sentences(text[paragraph.start : paragraph.end])[-1]
    if last.end - last.start > _LEAD_CHARS:
        return None
    return Span(paragraph.start + last.start, paragraph.start + last.end)


def _labels(text: str, lines: Sequence[_Line], at: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    while at < len(lines) and lines[at].kind is _Kind.label:
        span = _trimmed(text, lines[at].start, lines[at].end)
        items.append(Item(span.start, span.end, "", 0))
        at += 1
    return items, at


def _plain_items(text: str, lines: Sequence[_Line], at: int) -> tuple[list[Item], int]:
    """Short lines without an end mark, one below the other or all of them with a blank line between."""
    items: list[Item] = []
    while at < len(lines):
        line = lines[at]
        words = _words(text, line)
        if line.kind is not _Kind.text or not 0 < len(words) <= _PLAIN_ITEM_CHARS or words[-1] in _ENDS:
            break
        span = _trimmed(text, line.start, line.end)
        items.append(Item(span.start, span.end, "", 0))
        at += 1
        after = lines[at + 1] if at + 1 < len(lines) else None
        if at < len(lines) and lines[at].kind is _Kind.blank and after and after.kind is _Kind.text:
            spread = len(items) < 2 or lines[at - 2].kind is _Kind.blank
            at += 1 if spread else 0
    return (items, at) if len(items) >= _LEAST_PLAIN else ([], at)


def _items(text: str, lines: Sequence[_Line], at: int) -> tuple[list[Item], int]:
    """The items of a list that begins at a line, and the line behind it."""
    found: list[Item] = []
    around: list[tuple[int, str]] = []  # indent and style of the items that are open
    while at < len(lines) and lines[at].kind is _Kind.item:
        line = lines[at]
        style = _style(line.mark)
        while around and (
            around[-1][0] > line.indent
            or (around[-1][0] == line.indent and style != around[-1][1] and (line.indent, style) in around)
        ):
            around.pop()
        if not around or around[-1] != (line.indent, style):
            around.append((line.indent, style))
        stop = _item_end(text, lines, at)
        span = _trimmed(text, line.words, lines[stop - 1].end)
        found.append(Item(span.start, span.end, line.mark, len(around) - 1))
        at = stop
        following = _next_filled(lines, at)
        # After a blank line a list goes on with its own kind of marks.
        if following > at and following < len(lines) and lines[following].kind is _Kind.item:
            if (lines[following].indent, _style(lines[following].mark)) in around or lines[following].indent:
                at = following
            else:
                break
    return found, at


def _item_end(text: str, lines: Sequence[_Line], at: int) -> int:
    """The line behind an item: it goes on over lines right below it, over deeper ones, and up to the next number."""
    line = lines[at]
    stop = at + 1
    while stop < len(lines):
        if lines[stop].kind is _Kind.blank:
            following = _next_filled(lines, stop)
            if following >= len(lines) or lines[following].kind is not _Kind.text:
                break
            if lines[following].indent <= line.indent and not _leads_on(lines, following, line):
                break
            stop = following
        if lines[stop].kind is not _Kind.text:
            break
        announces = not lines[stop].indent and _words(text, lines[stop]).endswith(":")
        if announces and _words(text, lines[stop - 1]).endswith((".", "!", "?")):
            break
        stop += 1
    return stop


def _leads_on(lines: Sequence[_Line], at: int, item: _Line) -> bool:
    """Whether the next number follows below lines that stand between two steps."""
    if not (number := _NUMBER.search(item.mark)):
        return False
    for line in lines[at : at + _LOOSE_LINES]:
        if line.kind is _Kind.item:
            own = _NUMBER.search(line.mark)
            return own is not None and line.indent == item.indent and int(own.group()) == int(number.group()) + 1
        if line.kind not in (_Kind.text, _Kind.blank):
            return False
    return False


def _next_filled(lines: Sequence[_Line], at: int) -> int:
    while at < len(lines) and lines[at].kind is _Kind.blank:
        at += 1
    return at


def _style(mark: str) -> str:
    return _LETTER.sub("a", _NUMBER.sub("1", mark))


def _words(text: str, line: _Line) -> str:
    return text[line.start : line.end].strip()


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without white space at either end, and of a heading without its marks."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
