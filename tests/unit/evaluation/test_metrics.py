"""Rank metrics against values worked out by hand."""

import math

import pytest

from backend.evaluation.metrics import mean, ndcg, recall, reciprocal_rank


def test_ndcg_of_a_perfect_ranking_is_one() -> None:
    assert ndcg(["a", "b", "c"], {"a": 1, "b": 1}) == pytest.approx(1.0)


def test_ndcg_discounts_by_rank() -> None:
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))


def test_ndcg_ignores_what_lies_beyond_k() -> None:
    assert ndcg([*"bcdefghijk", "a"], {"a": 1}, k=10) == 0.0


def test_graded_relevance_counts_more() -> None:
    relevance = {"a": 2.0, "b": 1.0}
    assert ndcg(["a", "b"], relevance) > ndcg(["b", "a"], relevance)


def test_nothing_relevant_gives_zero() -> None:
    assert ndcg(["a"], {}) == recall(["a"], {}, k=1) == reciprocal_rank(["a"], {}) == mean([]) == 0.0


def test_recall_counts_the_share_found() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 1, "c": 0}, k=2) == 0.5


def test_reciprocal_rank_takes_the_first_relevant() -> None:
    assert reciprocal_rank(["x", "y", "a"], {"a": 1}) == pytest.approx(1 / 3)
