"""What of two sides is put side by side: what speaks of the aspect asked for, or of the same thing on both sides."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import product

from backend.rag.sides.units import Alternatives, Unit, alternatives, languages_of, met, words_of
from backend.text.measures import Measure, measures
from backend.text.sides import COMPARATIVE, Sides
from backend.text.terms import content_terms, terms

_MOST_OF_ASPECT = 2
_MOST_IN_GENERAL = 4
_LEAST_CALLED = 2
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
    sides: Sides, aspect: Aspect, first: Sequence[Unit], second: Sequence[Unit], *, most: int | None = None
) -> tuple[Sequence[Unit], Sequence[Unit]]:
    """The best of each side, best first; none of a side that has nothing on the aspect. `most`: how many of each."""
    names = content_terms(f"{sides.first} {sides.second}")
    subjects = {unit: _subject(unit, names) for side in (first, second) for unit in side[:_MOST_COMPARED]}
    first, second = ([u for u in side if u in subjects and _says_something(u, subjects[u])] for side in (first, second))
    alike = dict.fromkeys((*first, *second), 0.0)
    for one, other in product(first, second):
        if one.text != other.text:
            likeness = subjects[one].likeness(subjects[other])
            alike[one], alike[other] = max(alike[one], likeness), max(alike[other], likeness)
    if aspect.is_open:
        both = {unit.text for unit in first} & {unit.text for unit in second}
        first, second = (
            _in_general(_about(side, name, both), alike, most)
            for side, name in ((first, sides.first), (second, sides.second))
        )
        return first, second
    scores = {unit: _score(unit, aspect) for unit in alike}
    best = max(scores.values(), default=0.0)
    ranked = (
        sorted((u for u in side if scores[u] and scores[u] >= 0.6 * best), key=lambda u: -(scores[u] + alike[u] / 2))
        for side in (first, second)
    )
    kept = [[u for u in side if scores[u] > scores[side[0]] - 0.3][: most or _MOST_OF_ASPECT] for side in ranked]
    return kept[0], kept[1]


def _score(unit: Unit, aspect: Aspect) -> float:
    said = met(aspect.words, unit.around) + met(aspect.words, unit.words) / 4
    if aspect.measured is None:
        return said
    return said + 0.5 if aspect.figures(unit.text) else said / 4


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a unit speaks of: its words without names and figures, and the units that it counts in."""

    words: frozenset[str]
    counted: frozenset[str]

    def likeness(self, other: "_Subject") -> float:
        """How much both speak of the same thing, 0 to 1."""
        shared = len(self.words & other.words) / max(1, min(len(self.words), len(other.words)))
        return 0.7 * shared + (0.3 if self.counted & other.counted else 0.0)


def _subject(unit: Unit, names: frozenset[str]) -> _Subject:
    words = frozenset(term for term in content_terms(unit.text) - names if not term[:1].isdigit())
    return _Subject(words, frozenset(one.unit for one in measures(unit.text)))


def _says_something(unit: Unit, subject: _Subject) -> bool:
    """Whether it says more than what it is of: a page's foot has only the title."""
    return len(subject.words - frozenset(terms(unit.hit.title))) > 1 or bool(subject.counted - {""})


def _about(side: Sequence[Unit], name: str, both: Collection[str]) -> Sequence[Unit]:
    """What is of one side alone, and of the documents that are called by its name where some are.

    `both`: the texts that speak of both sides, as a row does with a column for each.
    """
    own = [unit for unit in side if unit.text not in both] or side
    words = alternatives(name, languages_of([unit.hit for unit in own]))
    called = [unit for unit in own if met(words, words_of(unit.hit.title, unit.hit.language)) == 1]
    return called if len(called) >= _LEAST_CALLED else own


def _in_general(side: Sequence[Unit], alike: dict[Unit, float], most: int | None) -> list[Unit]:
    """What has the most to do with the other side, in the order of the text."""
    best = sorted(side, key=lambda unit: -alike[unit])[: most or _MOST_IN_GENERAL]
    kept = [unit for unit in best if most or alike[unit] >= 0.3 * alike[best[0]]]
    return sorted(kept, key=side.index)
