"""Every place of a text is on one page and under one path of headings, whatever it was cut into."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.documents.breaks import MAX_HEADING_CHARS, Standing, breaks_of, breaks_within, joined, standing
from backend.documents.models import Break, Section

SLIDES = [Section(0, 10, "Roles", 1, 1), Section(10, 20, "Engine", 2, 1), Section(20, 30, None, 3, 1)]


def pages(*ends: int) -> list[Section]:
    starts = [0, *ends[:-1]]
    return [Section(start, end, None, page) for page, (start, end) in enumerate(zip(starts, ends, strict=True), 1)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 5, Standing(1, None, "Roles")),
        (10, 20, Standing(2, None, "Engine")),
        (9, 12, Standing(1, 2, "Roles")),
        (5, 25, Standing(1, 3, "Roles")),
        (20, 21, Standing(3, None, None)),
        (29, 29, Standing(3, None, None)),
    ],
)
def test_a_stretch_stands_where_it_begins_and_tells_where_it_ends(start: int, end: int, expected: Standing) -> None:
    assert standing(breaks_of(SLIDES), start, end) == expected


def test_what_nests_stands_on_the_page_around_it_which_goes_on_behind_it() -> None:
    sections = [Section(0, 100, "Report", 4, 1), Section(20, 40, "Costs", None, 2), Section(50, 60, "Staff", None, 2)]
    found = breaks_of(sections)
    assert standing(found, 25, 30) == Standing(4, None, "Report › Costs")
    assert standing(found, 45, 48) == Standing(4, None, "Report")
    assert standing(found, 55, 58) == Standing(4, None, "Report › Staff")
    assert standing(found, 99, 100) == Standing(4, None, "Report")


def test_a_heading_that_reaches_over_a_page_ends_with_it() -> None:
    found = breaks_of([Section(0, 50, None, 1), Section(30, 70, "Costs", None, 1), Section(50, 100, None, 2)])
    assert [(one.start, one.page) for one in found] == [(0, 1), (30, 1), (50, 2)]


def test_nothing_is_known_of_a_text_without_sections_or_before_the_first_one() -> None:
    assert standing(breaks_of([]), 0, 5) == Standing()
    late = breaks_of([Section(10, 20, "Costs", 2, 1)])
    assert standing(late, 0, 5) == Standing()
    assert standing(late, 5, 15) == Standing(2, None, None)


def test_a_heading_is_a_label_and_stays_short() -> None:
    deep = [Section(0, 9, "x" * 10_000, None, 1), Section(1, 9, "y" * 10_000, None, 2)]
    assert all(len(one.heading or "") <= MAX_HEADING_CHARS for one in breaks_of(deep))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.data())
def test_pages_are_those_of_the_letters_also_after_cutting_and_joining(widths: list[int], data: st.DataObject) -> None:
    ends = [sum(widths[: number + 1]) for number in range(len(widths))]
    page_of = [page for page, width in enumerate(widths, 1) for _ in range(width)]
    found = breaks_of(pages(*ends))
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, len(page_of)), max_size=4))), len(page_of)]
    stretches: list[tuple[int, Sequence[Break]]] = []
    for first, last in pairwise(cuts):
        begin = max(0, first - data.draw(st.integers(0, 5)))  # as chunks overlap
        if begin < last:
            stretches.append((last, breaks_within(found, begin, last)))
    start = data.draw(st.integers(0, len(page_of) - 1))
    end = data.draw(st.integers(start + 1, len(page_of)))
    expected = (page_of[start], page_of[end - 1] if page_of[end - 1] != page_of[start] else None)
    for known in (found, joined(stretches)):
        told = standing(known, start, end)
        assert (told.page, told.last_page) == expected


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.none() | st.integers(1, 5)), max_size=8))
def test_sections_in_any_disorder_give_breaks_in_order(drawn: list[tuple[int, int, int | None]]) -> None:
    sections = [Section(start, end, f"H{start}", page, start % 3) for start, end, page in drawn]
    starts = [one.start for one in breaks_of(sections)]
    assert starts == sorted(set(starts))
