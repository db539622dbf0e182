"""Figures with what they count."""

import pytest

from backend.text.measures import measures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The deposit is 1,800 euros.", [("1,800 euros", "money")]),
        ("€12.50 or 10 % less", [("€12.50", "money"), ("10 %", "share")]),
        ("5,50 € par entrée", [("5,50 €", "money")]),
        ("three months, eine Woche, 3 mois", ["span of month", "span of week", "span of month"]),
        ("on 4 May 2026 at the zoo", [("4 May 2026", "date")]),
        ("on 18 May", [("18 May", "date")]),
        ("one of them has a lock", []),
        ("Serves: 4 people", [("4 people", "peopl")]),
    ],
)
def test_figures_are_found_with_their_unit(text: str, expected: list[tuple[str, str] | str]) -> None:
    found = [(text[one.start : one.end], one.unit) for one in measures(text)]
    told = [one if isinstance(wanted, tuple) else one[1] for one, wanted in zip(found, expected, strict=True)]
    assert told == expected
