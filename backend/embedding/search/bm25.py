"""BM25 of a chunk from what one caller may see, and from nothing else (Robertson and Zaragoza 2009; ADR 0211).

The constants are the usual ones, and those of tantivy. How long a text is on average is a constant as well: chunks are
cut to one size, and so nobody's documents change what another's are worth.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_K1 = 1.2
_B = 0.75
#: Terms of a chunk of 800 characters in each field, about; of fields that are not named, `_OTHERS`.
_USUAL_TERMS = {"english": 80.0, "plain": 110.0, "forms": 60.0, "variants": 20.0, "names": 8.0}
_OTHERS = 100.0
#: Fields in which a term counts once.
_ONCE = frozenset({"forms"})
# Words that follow on one another may have one between them.
_NEAR_WORDS = 2


@dataclass(frozen=True, slots=True)
class Weighted:
    """A term of one field, and what it is worth in a question."""

    field: str
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Sought:
    """The terms of a question, and pairs of them that are worth more beside one another."""

    terms: Sequence[Weighted]
    near: Sequence[tuple[Weighted, Weighted]] = ()


def rarity(holding: int, chunks: int) -> float:
    """The inverse document frequency of a term that so many of the chunks hold; above 0."""
    return math.log(1 + (max(chunks - holding, 0) + 0.5) / (holding + 0.5))


class Bm25:
    """Scores chunks for one question and one caller.

    Args:
        rarities: by field and term.
    """

    def __init__(self, wanted: Sought, rarities: Mapping[tuple[str, str], float]) -> None:
        self._by_field: dict[str, list[tuple[str, float]]] = {}
        for one in wanted.terms:
            worth = one.weight * rarities[one.field, one.term] * (_K1 + 1)
            self._by_field.setdefault(one.field, []).append((one.term, worth))
        self._near = [
            (one, other, one.weight * (rarities[one.field, one.term] + rarities[other.field, other.term]) * (_K1 + 1))
            for one, other in wanted.near
        ]

    def score(self, fields: Mapping[str, str]) -> float:
        """`fields`: of each field the chunk's terms, between spaces, in their order."""
        score = 0.0
        for field, worths in self._by_field.items():
            if (text := fields.get(field)) is None:
                continue
            words = text.split(" ")
            counted = Counter(words)
            least = _least(field, len(words))
            for term, worth in worths:
                if times := counted.get(term, 0):
                    often = 1 if field in _ONCE else times
                    score += worth * often / (often + least)
        for one, other, worth in self._near:
            words = fields.get(one.field, "").split(" ")
            if times := _beside(words, one.term, other.term):
                score += worth * times / (times + _least(one.field, len(words)))
        return score


def _least(field: str, length: int) -> float:
    return _K1 * (1 - _B + _B * length / _USUAL_TERMS.get(field, _OTHERS))


def _beside(words: Sequence[str], one: str, other: str) -> int:
    """How often the second follows on the first, or after one word."""
    if one not in words or other not in words:
        return 0
    return sum(word == one and other in words[at + 1 : at + 1 + _NEAR_WORDS] for at, word in enumerate(words))
