"""Rank metrics with binary or graded relevance, as trec_eval defines them."""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], relevance: Mapping[str, float], *, k: int = 10) -> float:
    """Normalised discounted cumulative gain at `k`, gain = relevance, discount = log2(rank + 1).

    Järvelin and Kekäläinen, 2002. 0.0 when nothing is relevant.
    """
    gained = sum(relevance.get(item, 0.0) / math.log2(rank + 2) for rank, item in enumerate(ranked[:k]))
    ideal = sorted((value for value in relevance.values() if value > 0), reverse=True)[:k]
    best = sum(value / math.log2(rank + 2) for rank, value in enumerate(ideal))
    return gained / best if best else 0.0


def recall(ranked: Sequence[str], relevance: Mapping[str, float], *, k: int) -> float:
    """The share of relevant items among the first `k`; 0.0 when nothing is relevant."""
    relevant = {item for item, value in relevance.items() if value > 0}
    return len(relevant.intersection(ranked[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevance: Mapping[str, float]) -> float:
    """1 / rank of the first relevant item; 0.0 when there is none."""
    for rank, item in enumerate(ranked, 1):
        if relevance.get(item, 0.0) > 0:
            return 1 / rank
    return 0.0


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0.0 of nothing."""
    return sum(values) / len(values) if values else 0.0
