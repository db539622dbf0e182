"""What is asked of ZX-49 is not answered from ZX-4819."""

import pytest

from backend.rag.abstention import absent_identifiers
from tests.support.hits import hit

PASSAGES = [hit("The lead of ZX-4819 is Runa Feld. Toner TK-3130 is for floor two. Route 12 is closed.")]


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Who is the lead of project ZX-49?", ("ZX-49",)),
        ("Who is the lead of project ZX49?", ("ZX49",)),
        ("Is ZX-49 or QR-77 the newer one?", ("ZX-49", "QR-77")),
        ("Who leads ZX-4819?", ()),
        ("Who leads ZX4819?", ()),
        ("What is TK3130 for?", ()),
        ("How do ZX-49 and ZX-4819 differ?", ()),
        ("What was planned in FY2024, in Q3 and on page 17?", ()),
        ("What about GPT-4 and A4?", ()),
        ("How did COVID-19 and the error HTTP 404 change the route?", ()),
        ("Who is the lead?", ()),
        ("", ()),
    ],
)
def test_identifiers_that_stand_nowhere_are_told(question: str, absent: tuple[str, ...]) -> None:
    assert absent_identifiers(question, PASSAGES) == absent


def test_a_title_and_a_path_count() -> None:
    assert absent_identifiers("What is ZX-49?", [hit("Nothing here.", title="About ZX 49")]) == ()


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Which port does Tidewatch 3.1 listen on?", ("Tidewatch 3.1",)),
        ("Which port does Tidewatch version 3.1 listen on?", ("Tidewatch version 3.1",)),
        ("Which port does tidewatch 3.1 listen on?", ()),
        ("Which port does Tidewatch 3.10 listen on?", ()),
        ("Which port does Tidewatch v3.10.2 listen on?", ()),
        ("Does Tidewatch 2.4 differ from Tidewatch 3.12?", ()),
        ("Which port does Tidewatch 4.0 use?", ("Tidewatch 4.0",)),
        ("Which port does Lamplight 3.1 use?", ()),
        ("What does Harbour 7.5 need?", ()),
        ("Does Tidewatch cost 3.1 a day?", ()),
    ],
)
def test_a_version_that_stands_nowhere_is_told_where_others_of_it_do(question: str, absent: tuple[str, ...]) -> None:
    passages = [
        hit("Tidewatch 3.10 listens on port 7310.", title="Notes"),
        hit("From 3.12 on it listens on port 7312.", title="Tidewatch 3.12"),
        hit("Harbour 7 needs a key.", title="Harbour"),
    ]
    assert absent_identifiers(question, passages) == absent
