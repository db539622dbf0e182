"""From the candidates of the legs to one ranking.

Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) looks at ranks only. Half of a candidate's weight here is
its rank, ``k / (k + rank)``, and half its score as a share of the leg's best, so that a clear winner of one leg counts
for more than the first of many equals. ADR 0033 has the figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.embedding.search.models import IndexHit

#: As in the ranks of a leg: the first ones are close to 1 and to one another.
_SHOWN_K = 60
# However old, a document keeps half of its score: age may reorder what is about equally good, not hide an answer.
_RECENCY_SHARE = 0.5
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document with its candidates, the best first."""

    document_id: str
    score: float
    chunk_ids: tuple[str, ...]


def fuse(legs: Iterable[Sequence[tuple[str, float]]], *, k: int) -> dict[str, float]:
    """Scores by key, best first. Each leg is (key, score), best first, no key twice; scores above 0 count as shares."""
    fused: dict[str, float] = {}
    for leg in legs:
        if not leg:
            continue
        best = leg[0][1]
        share = 1 / best if best > 0 else 0.0
        for rank, (key, score) in enumerate(leg, 1):
            fused[key] = fused.get(key, 0.0) + k / (k + rank) + max(score * share, 0.0)
    return dict(sorted(fused.items(), key=lambda item: (-item[1], item[0])))


def rank_chunks(legs: Sequence[Sequence[IndexHit]], *, k: int) -> dict[str, float]:
    """Fused scores by chunk id, best first."""
    return fuse(([(hit.chunk_id, hit.score) for hit in leg] for leg in legs), k=k)


def rank_documents(legs: Sequence[Sequence[IndexHit]], chunks: dict[str, float], *, k: int) -> list[RankedDocument]:
    """Documents by their best chunk in each leg, best first, each with its candidates in the order of `chunks`."""
    per_leg: list[list[tuple[str, float]]] = []
    document_of: dict[str, str] = {}
    for leg in legs:
        best: dict[str, float] = {}
        for hit in leg:
            document_of[hit.chunk_id] = hit.document_id
            best.setdefault(hit.document_id, hit.score)
        per_leg.append(list(best.items()))
    members: dict[str, list[str]] = {}
    for chunk_id in chunks:
        members.setdefault(document_of[chunk_id], []).append(chunk_id)
    return [
        RankedDocument(document_id, score, tuple(members[document_id]))
        for document_id, score in fuse(per_leg, k=k).items()
    ]


def shown_score(place: int) -> float:
    """What is told of a place in the ranking, counted from 1: it falls from place to place and says nothing else.

    The scores behind the ranking say how often each word stands in what one may see (ADR 0211), which nobody needs.
    """
    return round(_SHOWN_K / (_SHOWN_K + place), 4)


def recency_weight(modified_at: datetime, *, now: datetime, half_life_days: float) -> float:
    """1 for what changed now, 0.75 after one half-life, never below 0.5; 1 when age does not count (0)."""
    if half_life_days <= 0:
        return 1.0
    age_days = max((now - modified_at).total_seconds(), 0.0) / _SECONDS_PER_DAY
    return float((1 - _RECENCY_SHARE) + _RECENCY_SHARE * 0.5 ** (age_days / half_life_days))
