"""The words of a paragraph of OpenDocument, as a person reads them, and what hangs on it: boxes, notes, comments.

OpenDocument 1.3, part 3, chapters 6 and 7.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from backend.extraction.extractors.open_document import DC, DRAW, LOEXT, NAMES, OFFICE, TEXT, is_hidden
from backend.extraction.extractors.open_styles import Styles
from backend.extraction.tables import whole

_PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
_RAW_BLANKS = re.compile(r"[ \t\r\n]+")
_SIGNS = str.maketrans({"\xa0": " ", "\xad": None, "\u2011": "-"})
_BLANKS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_MAX_SPACES = 100
_LEFT_OUT = frozenset(f"{TEXT}{name}" for name in ("number", "placeholder", "script", "ruby-text", "hidden-text"))
_PAGE_FIELDS = frozenset(
    f"{TEXT}{name}" for name in ("page-number", "page-count", "page-continuation", "page-variable-get")
)
_STYLED = frozenset({f"{TEXT}span", f"{TEXT}a"})


@dataclass(slots=True)
class Words:
    """A paragraph: its text with line breaks and tabs, and in order what hangs on it."""

    text: str = ""
    boxes: list[Element] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)
    comments: list[Element] = field(default_factory=list)

    @property
    def line(self) -> str:
        return " ".join(self.text.split())


def read(paragraph: Element, styles: Styles | None = None, *, pages: bool = True) -> Words:
    """What is shown of a paragraph. `pages` False: without what fields write that count pages."""
    styles = styles or Styles()
    reader = _Reader(pages=pages)
    # Not by recursion: spans may be nested as deep as a file likes.
    stack: list[tuple[Element | str, bool]] = [(paragraph, styles.of(paragraph).hides or False)]
    while stack:
        one, hides = stack.pop()
        if isinstance(one, str):
            reader.add("" if hides else one)
        elif one is paragraph or reader.enters(one, hides=hides):
            if one.tag in _STYLED and (own := styles.of(one, "text").hides) is not None:
                hides = own
            for child in reversed(one):
                stack += [(child.tail or "", hides), (child, hides)]
            stack.append((one.text or "", hides))
    return reader.found()


class _Reader:
    """Puts the pieces of one paragraph together; several blanks of the file are one (part 3, 6.1.2)."""

    def __init__(self, *, pages: bool) -> None:
        self._pages = pages
        self._words = Words()
        self._parts: list[str] = []
        self._after_blank = True
        self._is_hidden = False

    def add(self, text: str) -> None:
        text = _RAW_BLANKS.sub(" ", text)
        if self._after_blank:
            text = text.removeprefix(" ")
        if text:
            self._parts.append(text)
            self._after_blank = text.endswith(" ")

    def enters(self, one: Element, *, hides: bool) -> bool:
        """Whether what is in an element is of the words; keeps what it stands for otherwise."""
        tag = one.tag
        if is_hidden(one):
            self._is_hidden |= tag == f"{TEXT}hidden-paragraph"
        elif tag in _BLANKS or tag == f"{OFFICE}annotation" or tag == f"{TEXT}note" or tag.startswith(DRAW):
            if not hides:
                self._keep(one)
        elif tag in _LEFT_OUT or (tag in _PAGE_FIELDS and not self._pages):
            return False
        else:
            return (tag.startswith(TEXT) or not tag.startswith(NAMES)) and not _only_asks(one)
        return False

    def _keep(self, one: Element) -> None:
        if (blank := _BLANKS.get(one.tag)) is not None:
            times = whole(one.get(f"{TEXT}c", ""), otherwise=1)
            self._parts.append(blank * min(times, _MAX_SPACES))
            self._after_blank = False
        elif one.tag == f"{TEXT}note":
            self._words.notes.append(one)
        elif one.tag == f"{OFFICE}annotation":
            self._words.comments.append(one)
        else:
            self._words.boxes.append(one)

    def found(self) -> Words:
        if self._is_hidden:
            return Words()
        self._words.text = "".join(self._parts).translate(_SIGNS)
        return self._words


def _only_asks(one: Element) -> bool:
    """Whether it holds words such as "Click here to enter text."."""
    return one.get(f"{LOEXT}showing-place-holder") == "true"


def words(parent: Element) -> str:
    """The paragraphs that stand right in it, in one line; notes on it are none of them."""
    return " ".join(filter(None, (read(one).line for one in parent.findall(f"{TEXT}p"))))


def lines_in(parent: Element, *, without: Container[str] = ()) -> list[str]:
    """Its paragraphs and headings, also those of lists and shapes, but not what stands in elements `without`."""
    found: list[str] = []
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag in _PARAGRAPHS:
            if line := read(element).line:
                found.append(line)
        elif element.tag not in without:
            stack.extend(reversed(element))
    return found


def note_of(annotation: Element) -> tuple[str, str]:
    """Who commented, and what."""
    author = " ".join((annotation.findtext(f"{DC}creator") or "").split())
    return author, " ".join(lines_in(annotation))


def told(annotation: Element) -> str:
    """A comment with who made it; empty for one without words."""
    author, text = note_of(annotation)
    if not text:
        return ""
    return f"Comment by {author}: {text}" if author else f"Comment: {text}"
