"""Text to chunks with exact offsets: every character that is not blank is in at least one chunk.

Strategies are chosen by name or, with `auto`, by kind. Why own code: `docs/adr/0011-chunking.md`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from backend.documents.breaks import SEPARATOR, breaks_of, breaks_within
from backend.documents.models import ChunkSpan, Kind, Section
from backend.extraction.boundaries import (
    CODE_CUTS,
    FIXED_CUTS,
    LINE_STARTS,
    TEXT_CUTS,
    TEXT_STARTS,
    Cut,
    Start,
    whole_sign,
)

type Strategy = Literal["auto", "structure", "fixed", "code"]

# Below this share of a full chunk a piece is too small to stand alone, and may join its neighbour over a page break.
_TINY = 0.25
# A cut is looked for in the second half of the window: chunks stay between a half and full.
_FILLED = 0.5
_INK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Splitter:
    """How a strategy cuts. `cuts` in order of preference; `starts` find where the overlap begins."""

    cuts: tuple[Cut, ...]
    starts: tuple[Start, ...]
    by_sections: bool = True


SPLITTERS: dict[str, Splitter] = {
    "structure": Splitter(TEXT_CUTS, TEXT_STARTS),
    "fixed": Splitter(FIXED_CUTS, (), by_sections=False),
    "code": Splitter(CODE_CUTS, LINE_STARTS),
}
# Kinds whose lines are records or statements; all others are prose with structure.
_BY_KIND: dict[Kind, str] = {Kind.code: "code", Kind.csv: "code"}


def chunk(
    text: str,
    sections: Sequence[Section] = (),
    *,
    kind: Kind = Kind.text,
    strategy: Strategy = "auto",
    max_chars: int = 800,
    overlap_chars: int = 160,
) -> list[ChunkSpan]:
    """Cuts `text` into spans of at most `max_chars` code points, in order, without blank space at their ends.

    Neighbours within a section share up to `overlap_chars`, from the start of a sentence or line where there is one.
    A chunk does not cross a page or a top heading, unless a piece would be tiny. `sections` may nest; they need not
    cover the text. Signs made of several code points (accents, emoji) stay whole.
    """
    if not 0 <= overlap_chars < max_chars:
        raise ValueError("overlap_chars must be smaller than max_chars, and neither may be negative")
    splitter = SPLITTERS[_BY_KIND.get(kind, "structure") if strategy == "auto" else strategy]
    labels = _Labels(sections)
    breaks = breaks_of(sections)
    tiny = int(max_chars * _TINY)
    regions = _regions(text, sections, tiny, max_chars) if splitter.by_sections else [(0, len(text))]
    found: list[ChunkSpan] = []
    for first, last in regions:
        for start, end in _windows(text, first, last, splitter, max_chars, overlap_chars):
            heading, page = labels.at(start, end)
            within = breaks_within(breaks, start, end)
            found.append(ChunkSpan(start, end, heading, page, tuple(within) if len(within) > 1 else ()))
    return found


def _regions(text: str, sections: Sequence[Section], tiny: int, max_chars: int) -> list[tuple[int, int]]:
    """Stretches that chunks stay inside: between pages and headings, joined where that leaves something tiny.

    Sections below the top level also join their neighbour while both fit into one chunk.
    """
    hard: dict[int, bool] = {0: True}
    top = min((section.level for section in sections if section.level), default=0)
    page: int | None = None
    for section in sorted(sections, key=lambda section: (section.start, section.level)):
        turns = section.page is not None and section.page != page
        page = section.page if section.page is not None else page
        start = min(max(section.start, 0), len(text))
        hard[start] = hard.get(start, False) or turns or section.level == top
    cuts = [*sorted(start for start in hard if start < len(text)), len(text)]
    regions: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        if regions:
            before_start, before_end = regions[-1]
            fits = end - before_start <= max_chars
            # Something tiny in front (a title) goes with what follows, even when that is long.
            if before_end - before_start < tiny or (fits and (end - start < tiny or not hard[start])):
                regions[-1] = (before_start, end)
                continue
        regions.append((start, end))
    return regions


def _windows(
    text: str, first: int, last: int, splitter: Splitter, max_chars: int, overlap_chars: int
) -> Iterator[tuple[int, int]]:
    start = _skip_blank(text, first, last)
    while start < last:
        end = last if last - start <= max_chars else _cut(text, start, start + max_chars, splitter.cuts, max_chars)
        stop = _trim(text, start, end)
        yield start, stop
        if end >= last or (following := _skip_blank(text, end, last)) >= last:
            return
        # Even with an overlap of nearly a whole chunk, the next one brings something new.
        earliest = max(stop - overlap_chars, start + max(1, (max_chars - overlap_chars) // 2))
        overlaps = overlap_chars > 0 and earliest < stop
        begin = _overlap(text, start, earliest, stop, splitter.starts) if overlaps else following
        start = begin if start < begin < stop else following


def _cut(text: str, start: int, limit: int, cuts: tuple[Cut, ...], max_chars: int) -> int:
    lowest = start + int(max_chars * _FILLED)
    for cut in cuts:
        position = cut(text, lowest, limit)
        if position > lowest:
            return position
    return whole_sign(text, start, limit)


def _overlap(text: str, start: int, earliest: int, end: int, starts: tuple[Start, ...]) -> int:
    """Where the next chunk begins: at the first good place in [earliest, end)."""
    for find in starts:
        position = find(text, earliest, end)
        if position >= 0:
            return position
    # Back to the beginning of a sign, which may be a little over the overlap but never to `start`.
    return _skip_blank(text, whole_sign(text, start, earliest), end)


def _skip_blank(text: str, start: int, end: int) -> int:
    match = _INK.search(text, start, end)
    return match.start() if match is not None else end


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


class _Labels:
    """The heading path and the page of any stretch of the text."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sorted(sections, key=lambda section: (section.start, -section.end, section.level))
        self._starts = [section.start for section in self._sections]
        self._paths: list[str | None] = []
        stack: list[tuple[int, str]] = []
        for section in self._sections:
            if section.heading:
                while stack and stack[-1][0] >= section.level:
                    stack.pop()
                stack.append((section.level, section.heading))
            # A section without a heading and level (a page) stands under no heading of its own.
            elif section.level == 0:
                stack.clear()
            path = [heading for _, heading in stack]
            self._paths.append(SEPARATOR.join(path) if section.heading and path else None)

    def at(self, start: int, end: int) -> tuple[str | None, int | None]:
        """Of the sections that the stretch touches, the one with the largest part of it."""
        low = max(bisect_right(self._starts, start) - 1, 0)
        best, most = -1, 0
        for index in range(low, len(self._sections)):
            section = self._sections[index]
            if section.start >= end:
                break
            # The innermost counts: where sections nest, the later start ends the earlier one's share.
            following = self._starts[index + 1] if index + 1 < len(self._starts) else section.end
            share = min(section.end, end, max(following, section.start + 1)) - max(section.start, start)
            if share > most:
                best, most = index, share
        if best < 0:
            return None, None
        return self._paths[best], self._sections[best].page
