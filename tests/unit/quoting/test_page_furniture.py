import pytest

from backend.quoting.candidates import find_candidates
from backend.quoting.page_furniture import is_furniture, repeated
from tests.support.hits import hit


@pytest.mark.parametrize(
    "line",
    [
        "Hi all,", "Dear Mr and Mrs Okafor,", "Sehr geehrte Damen und Herren,", "Dear Yuki, dear Kenji,", "Bonjour,",
        "Best regards,\nTilda", "Mit freundlichen Grüßen\nCarla Sommerfeld\nKlassenleitung 5b", "Viele Grüße",
        "Page 2 of 9", "- 3 -", "Lease of Tannery Row     Page 2 of 9", "CONFIDENTIAL", "Streng vertraulich",
        "This message is confidential and meant for the addressee only.", "Sent from my telephone",
    ],
)  # fmt: skip
def test_what_only_surrounds_a_text_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "hey pick up milk", "Hello again. I am here", "Thanks for the key", "Liebe zum Detail zählt", "See page 4",
        "Der Schlüssel liegt auf Seite 4", "2025", "Kind regards,\n0555 0199", "| 12 |", "Tilda",
    ],
)  # fmt: skip
def test_what_says_something_is_none(line: str) -> None:
    assert not is_furniture(line)


def test_a_name_alone_signs_a_mail() -> None:
    assert is_furniture("Tilda Voss", "email")
    assert not is_furniture("Tilda Voss 0555 0199", "email")


def test_a_line_that_runs_through_the_pages_is_no_sentence() -> None:
    text = "\n\n".join(
        f"Handbook of the Lido\n\nRule {number} holds for all bathers." for number in ("one", "two", "six")
    )
    assert repeated([("doc", "Handbook of the Lido")] * 3) == {"Handbook of the Lido"}
    assert repeated([(name, "Handbook of the Lido") for name in "abc"]) == frozenset()
    assert [c.text for c in find_candidates([hit(text)])] == [
        f"Rule {number} holds for all bathers." for number in ("one", "two", "six")
    ]
