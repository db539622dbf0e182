"""Which questions ask for two things side by side, and for which aspect."""

import pytest

from backend.text.sides import two_sides

SIDED = [
    ("compare pea soup and goulash", "pea soup", "goulash", ""),
    ("Compare the waffles with the pea soup.", "waffles", "pea soup", ""),
    ("whats the difference between the flat and the garage", "flat", "garage", ""),
    ("what is the diference in deposit between flat and garage?", "flat", "garage", "deposit"),
    ("deposit difference between the flat and the garage", "flat", "garage", "deposit"),
    ("kayak or canoe, which is cheaper?", "kayak", "canoe", "cheaper"),
    ("which is cheaper per hour, the kayak or the canoe?", "kayak", "canoe", "cheaper per hour"),
    ("which is bigger kayak or canoe", "kayak", "canoe", "bigger"),
    ("kayak or canoe: what costs more", "kayak", "canoe", "costs more"),
    ("Is the kayak or the canoe cheaper?", "kayak", "canoe", "cheaper"),
    ("Kayak vs SUP", "Kayak", "SUP", ""),
    ("deposit for kayak vs canoe", "kayak", "canoe", "deposit"),
    ("kayak vs. canoe: deposit", "kayak", "canoe", "deposit"),
    ("is the kayak cheaper than the canoe", "kayak", "canoe", "cheaper"),
    ("does the goulash take longer than the pea soup?", "goulash", "pea soup", "take longer"),
    ("How does the relay differ from the gateway?", "relay", "gateway", ""),
    ("how is the relay different from the gateway", "relay", "gateway", ""),
    ("compare the notice period of the flat with that of the garage", "flat", "garage", "notice period"),
    ("what changed between the 2019 statutes and the 2024 statutes", "2019 statutes", "2024 statutes", ""),
    ("comparision of waffles and pea soup", "waffles", "pea soup", ""),
    ("Year 3 trip versus Year 5 trip", "Year 3 trip", "Year 5 trip", ""),
    ("compare flat and garage in terms of deposit", "flat", "garage", "deposit"),
    ("who pays more, adults or juniors?", "adults", "juniors", "pays more"),
    ("Unterschied zwischen Erwachsenen und Jugendlichen", "Erwachsenen", "Jugendlichen", ""),
    ("was ist teurer, Kajak oder Kanu?", "Kajak", "Kanu", "teurer"),
    ("Kajak oder Kanu: was kostet weniger", "Kajak", "Kanu", "kostet weniger"),
    ("Vergleiche den Beitrag für Erwachsene und Jugendliche", "Erwachsene", "Jugendliche", "Beitrag"),
    (
        "Ist der Beitrag für Erwachsene höher als für Jugendliche?",
        "Erwachsene",
        "Jugendliche",
        "Beitrag höher",
    ),
    ("worin unterscheiden sich Satzung 2019 und Satzung 2024", "Satzung 2019", "Satzung 2024", ""),
    ("wie unterscheidet sich die Wohnung von der Garage?", "Wohnung", "Garage", ""),
    ("quelle est la différence entre le tarif adulte et le tarif enfant ?", "tarif adulte", "tarif enfant", ""),
    ("comparer kayak et canoë", "kayak", "canoë", ""),
    ("kayak or SUP, whats the difference?", "kayak", "SUP", ""),
    ("flat and garage: what is different?", "flat", "garage", ""),
    ("diferencia entre adulto y niño", "adulto", "niño", ""),
    ("¿qué es más barato, el kayak o la canoa?", "kayak", "canoa", "más barato"),
]

NOT_SIDED = [
    "Can I pay by card or cash?",
    "What happens between 8 and 10?",
    "Do I get a refund for more than 3 days?",
    "Who may vote, members older than 18?",
    "Compare all plans",
    "What is the difference?",
    "what is the difference between the two and how do I choose",
    "Is it open on Saturday or Sunday?",
    "Where are the keys and the manual?",
    "Wer ist älter als 16 Jahre?",
    "sooner or later, when will the roof be done?",
    "Is there anything better than this?",
    "More or less how long does the soup take?",
    "Why is the garage colder than usual?",
    "Which is the cheapest boat?",
    "What is the difference between what we paid and what was invoiced?",
    "Hat sich mehr als die Hälfte entschieden?",
    "What did Anna and Bo compare?",
    "no later than when must I give notice",
    "Muss ich mehr als 2 Wochen vorher kündigen?",
    "What is the difference in price, and why?",
    "Who drives from Leeds to York?",
    "",
    "vs",
]


@pytest.mark.parametrize(("question", "first", "second", "aspect"), SIDED)
def test_two_sides_are_told_by_the_form_of_the_question(question: str, first: str, second: str, aspect: str) -> None:
    readings = two_sides(question)
    assert readings
    assert (readings[0].first, readings[0].second) == (first, second)
    assert readings[0].aspect == aspect


@pytest.mark.parametrize("question", NOT_SIDED)
def test_what_only_looks_like_a_comparison_has_none(question: str) -> None:
    assert two_sides(question) == ()


def test_a_noun_that_belongs_to_both_sides_may_stand_behind_the_second() -> None:
    second = [(one.second, one.aspect) for one in two_sides("kayak vs canoe deposit")]
    assert second == [("canoe deposit", ""), ("canoe", "deposit")]
