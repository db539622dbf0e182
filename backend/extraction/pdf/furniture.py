"""Running headers and footers: what stands at the edge of many pages is read once, page numbers never."""

import re
from collections import Counter
from collections.abc import Sequence

from backend.extraction.pdf.lines import TextLine

_EDGE = 0.12
_ROWS = 3
_MIN_PAGES = 3
_SHARE = 0.3
_MIN_LETTERS = 3
_MAX_DIGITS = 6
_NUMBER = re.compile(r"\d+")
_WORDS = r"(?:page|seite|página|pagina|strona|sida|side|стр\.?)"
_OF = r"(?:\s{0,9}(?:/|of|von|de|di|van|sur|из|av)\s{0,9}\d{1,9})"
#: A page's number that stands for itself.
_PAGE = re.compile(rf"[\W_]{{0,20}}(?:{_WORDS}\s{{0,9}})?\d{{1,9}}{_OF}?[\W_]{{0,20}}", re.IGNORECASE)
#: One at the end of other words: ``Annual report | 7``, ``Annual report, page 7 of 9``.
_AT_END = re.compile(rf"(?:[|·•]\s{{0,9}}|\b{_WORDS}\s{{0,9}})\d{{1,9}}{_OF}?\s{{0,9}}$", re.IGNORECASE)


class Furniture:
    """Learns from the first pages of a document what runs along. Both methods are called page by page, in order."""

    def __init__(self) -> None:
        self._pages = 0
        self._seen: Counter[tuple[str, int]] = Counter()
        self._read = 0
        self._kept: set[str] = set()

    def learn(self, rows: Sequence[Sequence[TextLine]], height: float) -> None:
        self._seen.update({_key(row, self._pages) for row in _at_edges(rows, height)})
        self._pages += 1

    def without(self, rows: Sequence[Sequence[TextLine]], height: float) -> list[Sequence[TextLine]]:
        """The rows of a page without what runs along: its words stay where they first stand, page numbers nowhere."""
        page = self._read
        self._read += 1
        if self._pages < _MIN_PAGES:
            return list(rows)
        edges = {id(row) for row in _at_edges(rows, height) if self._is_running(row, page) and self._is_known(row)}
        return [row for row in rows if id(row) not in edges]

    def _is_running(self, row: Sequence[TextLine], page: int) -> bool:
        text, place = _key(row, page)
        count = sum(self._seen[text, near] for near in (place - 1, place, place + 1))
        if _is_page(row):
            return count > 1
        return count >= max(_MIN_PAGES, _SHARE * self._pages) and sum(map(str.isalpha, text)) >= _MIN_LETTERS

    def _is_known(self, row: Sequence[TextLine]) -> bool:
        if _is_page(row):
            return True
        text, _ = _key(row, 0)
        known = text in self._kept
        self._kept.add(text)
        return known


def _at_edges(rows: Sequence[Sequence[TextLine]], height: float) -> list[Sequence[TextLine]]:
    top = [row for row in rows[:_ROWS] if row[0].bottom > height * (1 - _EDGE)]
    bottom = [row for row in rows[-_ROWS:] if row[0].top < height * _EDGE]
    return [*top, *bottom]


def _is_page(row: Sequence[TextLine]) -> bool:
    return _PAGE.fullmatch(" ".join(line.text for line in row)) is not None


def _key(row: Sequence[TextLine], page: int) -> tuple[str, int]:
    """The words without the page's number, and how high they stand. Other numbers are part of what is said.

    A number alone says by how much it is ahead of `page` (from 0): only what goes up with the pages is their number.
    """
    place = round(row[0].base / 4)
    if _is_page(row):
        text = " ".join(line.text for line in row)
        number = _NUMBER.search(text)
        if number is not None and text.strip(" -–—.[]()") == number[0] and len(number[0]) <= _MAX_DIGITS:
            return f"{int(number[0]) - page:+}", place
        return _NUMBER.sub("#", text).lower(), place
    lines = ("#" if _is_page([line]) else _AT_END.sub("#", line.text) for line in row)
    return " ".join(lines).lower(), place
