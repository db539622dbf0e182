"""Where in a document its words stand: on which page (slide) and under which headings, from break to break."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backend.documents.models import Break, Section

SEPARATOR = " › "
#: A heading is a label here, to be looked at: it is repeated with every chunk.
MAX_HEADING_CHARS = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a stretch of text stands. `page` is where it begins; `last_page` where it ends, if that is another one."""

    page: int | None = None
    last_page: int | None = None
    heading: str | None = None


class _Open(NamedTuple):
    """A section that lies around the present place; `heading` with those above it."""

    end: int
    page: int | None
    heading: str | None


def breaks_of(sections: Iterable[Section]) -> list[Break]:
    """Every place where the page or the headings change, in order; before the first one there are none.

    Sections may nest: what has no page of its own stands on that of the section around it, and where one ends, the
    one around it goes on.
    """
    found: dict[int, Break] = {}
    around: list[_Open] = []
    above: list[tuple[int, str]] = []

    def end_before(start: int | None) -> None:
        while around and (start is None or around[-1].end <= start):
            ended = around.pop()
            if around and around[-1].end > ended.end:
                found[ended.end] = Break(ended.end, around[-1].page, around[-1].heading)

    for section in sorted(sections, key=lambda section: (section.start, -section.end, section.level)):
        if section.end <= section.start:
            continue
        end_before(section.start)
        if section.heading:
            while above and above[-1][0] >= section.level:
                above.pop()
            above.append((section.level, section.heading[:MAX_HEADING_CHARS]))
        elif section.level == 0:  # a page, say: it stands under no heading of before
            above.clear()
        heading = SEPARATOR.join(heading for _, heading in above)[:MAX_HEADING_CHARS] if section.heading else None
        page = section.page if section.page is not None else around[-1].page if around else None
        while around and around[-1].end < section.end:  # they overlap, and the later one counts
            around.pop()
        around.append(_Open(section.end, page, heading))
        found[section.start] = Break(section.start, page, heading)
    end_before(None)
    return _changes(found[start] for start in sorted(found))


def breaks_within(breaks: Sequence[Break], start: int, end: int) -> list[Break]:
    """Those that hold in a stretch: one that begins with it, and what follows inside it."""
    first = bisect_right(breaks, start, key=lambda one: one.start)
    last = bisect_left(breaks, end, lo=first, key=lambda one: one.start)
    before = breaks[first - 1] if first else Break(start, None, None)
    return [before._replace(start=start), *breaks[first:last]]


def joined(stretches: Iterable[tuple[int, Sequence[Break]]]) -> tuple[Break, ...]:
    """The breaks of stretches that follow on each other, each given with its end; they may overlap."""
    found: list[Break] = []
    reached = 0
    for end, breaks in stretches:
        if found:
            # What the one before has said of the overlap stands.
            breaks = breaks_within(breaks, reached, end) if end > reached else []
        found.extend(breaks)
        reached = max(reached, end)
    return tuple(_changes(found))


def standing(breaks: Sequence[Break], start: int, end: int) -> Standing:
    """Where ``text[start:end]`` stands, by the breaks around it."""
    within = breaks_within(breaks, start, max(end, start + 1))
    pages = [one.page for one in within if one.page is not None]
    first = within[0]
    if not pages:
        return Standing(heading=first.heading)
    page = first.page if first.page is not None else pages[0]
    return Standing(page, pages[-1] if pages[-1] != page else None, first.heading)


def _changes(breaks: Iterable[Break]) -> list[Break]:
    """Without those at which nothing changes."""
    kept: list[Break] = []
    for one in breaks:
        if not kept or (one.page, one.heading) != (kept[-1].page, kept[-1].heading):
            kept.append(one)
    return kept
