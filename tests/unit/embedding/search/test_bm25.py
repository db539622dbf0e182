"""BM25 by what a caller sees: rarer words, more of them and shorter texts are worth more."""

import pytest

from backend.embedding.search.bm25 import Bm25, Sought, Weighted, rarity

TURBINE, REPORT = Weighted("english", "turbin", 1.0), Weighted("english", "report", 1.0)
RARITIES = {("english", "turbin"): rarity(2, 100), ("english", "report"): rarity(50, 100)}


def score(text: str, wanted: Sought = Sought([TURBINE, REPORT])) -> float:
    return Bm25(wanted, RARITIES).score({"english": text})


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("turbin a", "report a"),
        ("turbin turbin a", "turbin b a"),
        ("turbin a", "turbin a b c d e"),
        ("turbin report", "turbin a"),
    ],
)
def test_what_is_worth_more(better: str, worse: str) -> None:
    assert score(better) > score(worse) > 0


def test_a_text_without_the_words_is_worth_nothing() -> None:
    assert score("boat") == 0
    assert Bm25(Sought([TURBINE]), RARITIES).score({"plain": "turbin"}) == 0


def test_words_beside_one_another_add_something() -> None:
    wanted = Sought([TURBINE, REPORT], [(TURBINE, REPORT)])
    assert score("turbin report a", wanted) > score("report turbin a", wanted)
    assert score("turbin a report", wanted) == score("turbin report a", wanted)
    assert score("report turbin a", wanted) == score("report turbin a")


def test_a_form_counts_once() -> None:
    rarities = {("forms", "de:urlaub"): 1.0}
    scorer = Bm25(Sought([Weighted("forms", "de:urlaub", 1.0)]), rarities)
    assert scorer.score({"forms": "de:urlaub de:urlaub"}) == scorer.score({"forms": "de:urlaub de:tag"})


def test_rarity_falls_with_how_many_hold_a_word_and_stays_above_nothing() -> None:
    values = [rarity(holding, 10) for holding in range(12)]
    assert values == sorted(values, reverse=True)
    assert min(values) > 0
