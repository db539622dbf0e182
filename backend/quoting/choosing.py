"""Which of the ranked sentences are quoted, and in which order."""

from collections.abc import Sequence
from datetime import datetime

from backend.embedding.models.traits import Scale
from backend.embedding.search.models import Hit
from backend.quoting.candidates import Candidate
from backend.quoting.line_roles import Role

MAX_SENTENCES = 3

# A further sentence is shown if it scores nearly as well as the best.
_MARGIN = 0.6
# How much worse a sentence of the newest document may be that is shown beside older ones, and the share of the
# question's words it must meet against the best one.
_NEWEST_MARGIN = 0.25
_NEWEST_COVERS = 0.5
_DUPLICATE_COSINE = 0.95
_DUPLICATE_WORDS = 0.8
# A further sentence without a word of the question is shown only if it is as near as this share of the best.
_NEAR_WITHOUT_WORDS = 0.8


def choose(
    candidates: Sequence[Candidate], passages: Sequence[Hit], wanted: frozenset[str], scale: Scale
) -> list[Candidate]:
    """What to quote of candidates sorted by score, one to three: the best first, then in the order to be read in.

    `wanted`: the question's terms. `scale`: how cosines of two sentences are read.
    """
    return _in_reading_order(_with_newest(_best(candidates, wanted, scale), candidates, passages))


def _best(candidates: Sequence[Candidate], wanted: frozenset[str], scale: Scale) -> list[Candidate]:
    """The best and up to two that add something."""
    chosen: list[Candidate] = []
    for candidate in candidates:
        if len(chosen) == MAX_SENTENCES or candidate.score < candidates[0].score - _MARGIN:
            break
        if chosen and (candidate.role in (Role.label, Role.heading) or _is_noise(candidate, chosen[0], wanted)):
            continue
        if not any(_same(candidate, other, scale) for other in chosen):
            chosen.append(candidate)
    return chosen


def _is_noise(candidate: Candidate, best: Candidate, wanted: frozenset[str]) -> bool:
    """Whether a further sentence is about another thing than the best one, as far as the question's words tell."""
    if not candidate.before & wanted:
        return candidate.cosine < _NEAR_WITHOUT_WORDS * best.cosine
    numbered = {term for term in wanted & best.words if any(map(str.isdigit, term))}
    if numbered and numbered.isdisjoint(candidate.before):
        return True  # RLY-417, where RLY-422 is asked for
    # Rows of one table differ in what they are about: what is asked for stands in the row itself.
    return _is_row(best) and _is_row(candidate) and candidate.words & wanted < best.words & wanted


def _is_row(candidate: Candidate) -> bool:
    return "|" in candidate.text


def _with_newest(chosen: list[Candidate], candidates: Sequence[Candidate], passages: Sequence[Hit]) -> list[Candidate]:
    """Gives one place to the newest document that speaks of the same thing, if the chosen ones have none of it.

    Where what is in force has changed, the older document often matches better: it says in full what the newer one
    only changes. The oldest of the chosen makes room, but never the best.
    """
    best = chosen[0]
    near = [
        candidate
        for candidate in candidates
        if candidate.role is Role.says
        and candidate.score >= best.score - _NEWEST_MARGIN
        and candidate.covers >= _NEWEST_COVERS * best.covers
    ]

    def date(candidate: Candidate) -> datetime:
        return passages[candidate.passage].modified_at

    newest = max(near, key=date, default=best)  # of one document the first, which is its best
    if date(newest) <= max(map(date, chosen)):
        return chosen
    if len(chosen) == MAX_SENTENCES:
        chosen = [candidate for candidate in chosen if candidate is not min(chosen[1:], key=date)]
    return [*chosen, newest]


def _same(one: Candidate, other: Candidate, scale: Scale) -> bool:
    shared = len(one.words & other.words) / max(1, min(len(one.words), len(other.words)))
    figures_differ = {w for w in one.words ^ other.words if w[:1].isdigit()}
    # Two versions that differ in a figure only ("30 days", "20 days") are not the same statement.
    return not figures_differ and (
        shared > _DUPLICATE_WORDS or scale(float(one.vector @ other.vector)) > _DUPLICATE_COSINE
    )


def _in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """The best first; then what else its passage says, in the text's order; then the other passages by their best."""
    order = list(dict.fromkeys(candidate.passage for candidate in chosen))
    first, rest = chosen[0], chosen[1:]
    return [first, *sorted(rest, key=lambda c: (order.index(c.passage), c.start))]
