import pytest

from backend.rag.models import Cited
from backend.rag.unsupported import unsupported
from tests.support.hits import hit


def cited(start: int, end: int) -> Cited:
    return Cited(1, hit("The desk."), 0, 9, "The desk.", "weak", start, end)


def sentences(text: str, *citations: Cited) -> list[str]:
    return [text[start:end] for start, end in unsupported(text, citations)]


def test_sentences_without_a_citation_are_found_in_their_order() -> None:
    text = "The desk is oak. The chairs are made of steel. The lamp costs 40 euros."
    assert sentences(text, cited(17, 46)) == ["The desk is oak.", "The lamp costs 40 euros."]
    assert sentences(text, cited(0, 16), cited(17, 46), cited(47, 71)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Here is what the lease says:",
        "Hier sind die Fristen aus dem Vertrag:",
        "## Deadlines and fees of the club",
        "**Deadlines and fees**",
        "Shall I look for the notice period, too?",
        "Yes.",
        "|---|---|",
        "",
    ],
)
def test_what_claims_nothing_needs_no_source(text: str) -> None:
    assert sentences(text) == []


@pytest.mark.parametrize(
    "text", ["- The lamp costs 40 euros", "Die Kaution beträgt drei Monatsmieten.", "Room 12 is free. [3]"]
)
def test_what_claims_something_does(text: str) -> None:
    assert sentences(text) == [text]
