"""One ranking from the candidates of both legs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedding.search.models import IndexHit
from backend.embedding.search.ranking import fuse, rank_chunks, rank_documents, recency_weight

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def hits(*chunk_ids: str) -> list[IndexHit]:
    return [IndexHit(name, name.partition(".")[0], 1 - 0.1 * place) for place, name in enumerate(chunk_ids)]


def test_what_both_legs_name_comes_before_what_one_names_first() -> None:
    fused = rank_chunks([hits("a", "b"), hits("c", "b")], k=60)
    assert list(fused) == ["b", "a", "c"]


def test_a_clear_winner_of_one_leg_counts_for_more_than_the_first_of_equals() -> None:
    fused = fuse([[("clear", 10.0), ("other", 1.0)], [("equal", 1.0), ("clear2", 0.99)]], k=60)
    assert fused["clear2"] > fused["other"]


def test_half_of_the_weight_is_the_rank_and_half_the_share_of_the_best_score() -> None:
    assert fuse([[("a", 4.0), ("b", 1.0)]], k=60) == pytest.approx({"a": 60 / 61 + 1, "b": 60 / 62 + 0.25})


def test_scores_below_zero_leave_the_rank_alone() -> None:
    assert fuse([[("a", -0.1), ("b", -0.2)]], k=60) == pytest.approx({"a": 60 / 61, "b": 60 / 62})
    assert fuse([[("a", 0.5), ("b", -0.2)]], k=60)["b"] == pytest.approx(60 / 62)


def test_an_empty_leg_changes_nothing() -> None:
    assert rank_chunks([hits("a", "b"), []], k=60) == rank_chunks([hits("a", "b")], k=60)
    assert rank_chunks([], k=60) == {}


def test_a_document_counts_once_in_each_leg_by_its_best_chunk() -> None:
    legs = [hits("d1.1.0", "d1.1.1", "d1.1.2", "d2.1.0"), hits("d2.1.0", "d1.1.2")]
    chunks = rank_chunks(legs, k=60)
    ranked = rank_documents(legs, chunks, k=60)
    assert [(document.document_id, document.chunk_ids[0]) for document in ranked] == [
        ("d1", "d1.1.2"),
        ("d2", "d2.1.0"),
    ]
    assert sorted(ranked[0].chunk_ids) == ["d1.1.0", "d1.1.1", "d1.1.2"]


@given(
    st.lists(st.lists(st.tuples(st.text(max_size=3), st.floats(-1, 50)), unique_by=lambda item: item[0]), max_size=3)
)
def test_fusing_keeps_every_key_once_and_in_descending_order(legs: list[list[tuple[str, float]]]) -> None:
    legs = [sorted(leg, key=lambda item: -item[1]) for leg in legs]
    fused = fuse(legs, k=60)
    assert set(fused) == {key for leg in legs for key, _ in leg}
    assert list(fused.values()) == sorted(fused.values(), reverse=True)


def test_age_halves_the_part_that_it_may_take() -> None:
    assert recency_weight(NOW, now=NOW, half_life_days=30) == 1
    assert recency_weight(NOW - timedelta(days=30), now=NOW, half_life_days=30) == pytest.approx(0.75)
    assert recency_weight(NOW - timedelta(days=9_000), now=NOW, half_life_days=30) == pytest.approx(0.5)
    assert recency_weight(NOW + timedelta(days=5), now=NOW, half_life_days=30) == 1
    assert recency_weight(NOW - timedelta(days=9_000), now=NOW, half_life_days=0) == 1
