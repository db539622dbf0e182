"""What is answered where two things are asked for side by side."""

import pytest

from backend.rag.composing import Excerpt
from backend.rag.sides.comparison import Comparison
from tests.unit.rag.two_sided_shelf import SmallSearch, answer, shown

# Question, what stands in the first block, what in the second, what stands nowhere.
COMPARED = [
    ("compare pea soup and goulash", ["35 minutes"], ["150 minutes"], ["egg whites", "deposit"]),
    ("does the goulash take longer than the pea soup?", ["150 minutes"], ["35 minutes"], ["Serves", "peas overnight"]),
    ("whats the difference between the flat and the garage", ["1,800", "three"], ["150 euros", "one month"], ["€"]),
    ("deposit difference between the flat and the garage", ["1,800 euros"], ["150 euros"], ["Pets", "€80"]),
    (
        "compare the notice period of the flat with that of the garage",
        ["three months"],
        ["one month"],
        ["deposit", "Pets", "drei Monate"],
    ),
    ("kayak or canoe, which is cheaper?", ["€12"], ["€15"], ["€9"]),
    ("which is cheaper per hour, the canoe or the kayak?", ["€15"], ["€12"], ["€9"]),
    ("deposit for kayak vs canoe", ["€50"], ["€80"], ["€40"]),
    ("kayak vs canoe deposit", ["€50"], ["€80"], ["€40"]),
    ("How does the relay differ from the gateway?", ["20 seconds"], ["90 seconds"], ["deposit"]),
    ("heron drill or swift sander, whats the difference?", ["40 minutes", "1,200 g"], ["25 minutes"], ["310", "240"]),
    ("Year 3 trip versus Year 5 trip", ["4 May", "zoo"], ["18 May", "planetarium"], ["board"]),
    ("which trip is earlier, year 3 or year 5?", ["4 May"], ["18 May"], ["board"]),
    ("Unterschied zwischen Erwachsenen und Jugendlichen beim Beitrag", ["Erwachsene"], ["Jugendliche"], ["Training"]),
    ("quelle est la différence entre le tarif adulte et le tarif enfant ?", ["5,50"], ["3,20"], ["deposit"]),
    ("was unterscheidet die Satzung 2019 von der Satzung 2024", ["sechs Wochen"], ["drei Monate"], ["Training"]),
]

UNANSWERED = [
    "How long does the goulash take?",
    "compare the brochure and the leaflet",
    "unicycle or tandem, which is cheaper?",
    "What is the deposit for the kayak and where is it kept?",
    "Do I pay for the kayak by card or cash?",
]


@pytest.mark.parametrize(("question", "first", "second", "lacks"), COMPARED)
async def test_each_side_has_its_own_block(
    question: str, first: list[str], second: list[str], lacks: list[str]
) -> None:
    search = SmallSearch()
    composed = await answer(Comparison(search), question, search)
    assert composed is not None
    assert composed.outcome == "answer"
    text = shown(composed.pieces)
    _, one, other = text.rsplit("\n\n**", 2)[-3:] if text.count("\n\n**") > 1 else ("", *text.rsplit("\n\n**", 1))
    assert [part for part in first if part not in one] == []
    assert [part for part in second if part not in other] == []
    assert [part for part in lacks if part in text] == []
    cited = {piece.hit.document_id for piece in composed.pieces if isinstance(piece, Excerpt)}
    assert cited


@pytest.mark.parametrize("question", UNANSWERED)
async def test_what_is_no_comparison_or_has_neither_side_is_left_to_others(question: str) -> None:
    search = SmallSearch()
    assert await answer(Comparison(search), question, search) is None


async def test_figures_of_one_unit_are_put_side_by_side_first() -> None:
    search = SmallSearch()
    for question, expected in [
        ("deposit for kayak vs canoe", "kayak: €50, canoe: €80."),
        ("deposit difference between the flat and the garage", "flat: 1,800 euros, garage: 150 euros."),
        ("does the goulash take longer than the pea soup?", "goulash: 150 minutes, pea soup: 35 minutes."),
        ("compare the notice period of the flat and the garage", "flat: three months, garage: one month."),
    ]:
        composed = await answer(Comparison(search), question, search)
        assert composed is not None
        assert shown(composed.pieces).startswith(expected)


async def test_of_a_side_that_nothing_names_that_is_said() -> None:
    search = SmallSearch()
    composed = await answer(Comparison(search), "what is the difference between the kayak and the pedalo?", search)
    assert composed is not None
    assert composed.outcome == "partial"
    text = shown(composed.pieces)
    assert "€12" in text
    assert text.endswith("Nothing about pedalo was found.")
    assert "Canoe" not in text
