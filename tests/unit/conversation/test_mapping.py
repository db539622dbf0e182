"""What clients see of a citation says where its quote stands, not where its passage begins."""

from dataclasses import replace

import pytest

from backend.conversation.mapping import to_citation, to_passage
from backend.documents.models import Break
from backend.rag.models import Cited, Source
from tests.support.hits import hit

#: Stands from 100 to 160 in its version: on page 3 up to 120, on page 4 to 140, then on page 5.
SPANNING = replace(
    hit("x" * 60, start=100),
    page=4,
    heading="Berths",
    breaks=(Break(100, 3, "Berths"), Break(120, 4, "Water"), Break(140, 5, "Water")),
)


@pytest.mark.parametrize(
    ("start", "end", "page", "last_page", "heading"),
    [
        (100, 120, 3, None, "Berths"),
        (120, 121, 4, None, "Water"),
        (110, 125, 3, 4, "Berths"),
        (110, 160, 3, 5, "Berths"),
        (159, 160, 5, None, "Water"),
    ],
)
def test_a_citation_names_the_pages_of_its_quote(
    start: int, end: int, page: int, last_page: int | None, heading: str
) -> None:
    shown = to_citation(Cited(1, SPANNING, start, end, "x" * (end - start), "matched", 0, 5))
    assert (shown.page, shown.last_page, shown.heading, shown.kind) == (page, last_page, heading, "text")


def test_a_passage_names_its_first_and_its_last_page() -> None:
    shown = to_passage(Source(SPANNING), 1)
    assert (shown.page, shown.last_page) == (3, 5)


def test_a_passage_of_before_there_were_breaks_has_the_page_of_its_chunk() -> None:
    former = replace(SPANNING, breaks=())
    assert to_citation(Cited(1, former, 100, 120, "x" * 20, "matched", 0, 5)).page == 4
    assert (to_passage(Source(former), 1).page, to_passage(Source(former), 1).last_page) == (4, None)
