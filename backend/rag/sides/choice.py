"""What of two sides is put side by side: what speaks of the aspect asked for, or of the same thing on both sides."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.rag.sides.units import Alternatives, Unit, alternatives, languages_of, met
from backend.text.measures import Measure, measures
from backend.text.sides import COMPARATIVE, Sides
from backend.text.terms import content_terms

_MOST_OF_ASPECT = 2
_MOST_IN_GENERAL = 3
# Units of which each may be compared with each of the other side.
_MOST_COMPARED = 60

# What an adjective or a verb is measured in, as words of a question begin.
_ASKED: tuple[tuple[re.Pattern[str], Callable[[Measure], bool]], ...] = (
    (
        re.compile(
            r"\b(?:cheap|expens|pric|dear|costs?|pay|teur|teuer|billig|günstig|kost|preis|coût|barat|car[oa]\b|cher\b|cuest)",
            re.IGNORECASE,
        ),
        lambda one: one.unit == "money",
    ),
    (
        re.compile(
            r"\b(?:earl|later\b|sooner|früh|spät|eher\b|älter|older|newer|before\b|comes? first)", re.IGNORECASE
        ),
        lambda one: one.unit == "date",
    ),
    (
        re.compile(r"\b(?:longer|shorter|faster|slower|quicker|läng|kürz|schneller|langsamer|dauer)", re.IGNORECASE),
        lambda one: one.is_span,
    ),
)


@dataclass(frozen=True, slots=True)
class Aspect:
    """What is asked of both sides: its words, and which figures it is measured in. Both may be missing."""

    words: Alternatives
    measured: Callable[[Measure], bool] | None

    @property
    def is_open(self) -> bool:
        return not self.words and self.measured is None

    def figures(self, text: str) -> list[Measure]:
        """The figures that may tell it."""
        return [one for one in measures(text) if self.measured is None or self.measured(one)]


def aspect_of(sides: Sides, units: Sequence[Unit]) -> Aspect:
    measured = next((test for pattern, test in _ASKED if pattern.search(sides.aspect)), None)
    bare = COMPARATIVE.sub(" ", sides.aspect)
    words = alternatives(bare, languages_of([unit.hit for unit in units])) if content_terms(bare) else ()
    return Aspect(words, measured)


def chosen(
    sides: Sides, aspect: Aspect, first: Sequence[Unit], second: Sequence[Unit]
) -> tuple[Sequence[Unit], Sequence[Unit]]:
    """The best of each side, best first; none of a side that has nothing on the aspect."""
    first, second = first[:_MOST_COMPARED], second[:_MOST_COMPARED]
    names = content_terms(f"{sides.first} {sides.second}")
    alike = {unit: _likeness(unit, second, names) for unit in first}
    alike |= {unit: _likeness(unit, first, names) for unit in second}
    if aspect.is_open:
        return _in_general(first, alike), _in_general(second, alike)
    scores = {unit: _score(unit, aspect) for unit in alike}
    best = max(scores.values(), default=0.0)
    ranked = (
        sorted((u for u in side if scores[u] and scores[u] >= 0.6 * best), key=lambda u: -(scores[u] + alike[u] / 2))
        for side in (first, second)
    )
    one, other = ([u for u in side if scores[u] > scores[side[0]] - 0.3][:_MOST_OF_ASPECT] for side in ranked)
    return one, other


def _score(unit: Unit, aspect: Aspect) -> float:
    said = met(aspect.words, unit.around) + met(aspect.words, unit.words) / 4
    if aspect.measured is None:
        return said
    return said + 0.5 if aspect.figures(unit.text) else said / 4


def _in_general(side: Sequence[Unit], alike: dict[Unit, float]) -> list[Unit]:
    """What has the most to do with the other side, in the order of the text."""
    best = sorted(side, key=lambda unit: -alike[unit])[:_MOST_IN_GENERAL]
    kept = [unit for unit in best if alike[unit] >= 0.3 * alike[best[0]]]
    return sorted(kept, key=side.index)


def _likeness(unit: Unit, others: Sequence[Unit], names: frozenset[str]) -> float:
    """How much it speaks of the same thing as the nearest of the others, 0 to 1: by its words and units."""
    said, counted = _subject(unit, names), {one.unit for one in measures(unit.text)}
    best = 0.0
    for other in others:
        if other is unit or other.text == unit.text:
            continue
        subject = _subject(other, names)
        shared = len(said & subject) / max(1, min(len(said), len(subject)))
        same_unit = 0.3 if counted & {one.unit for one in measures(other.text)} else 0.0
        best = max(best, 0.7 * shared + same_unit)
    return best


def _subject(unit: Unit, names: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in content_terms(unit.text) - names if not term[:1].isdigit())
