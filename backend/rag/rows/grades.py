"""Adjectives of degree in four languages: the most and the least of what, more and less of what."""

from dataclasses import dataclass
from typing import Literal

from backend.text.folding import fold


@dataclass(frozen=True, slots=True)
class Grade:
    """`up`: more of it is a greater value. `dimensions`: of what it tells the degree; any where there are none."""

    up: bool
    dimensions: tuple[str, ...] = ()


# Which way, of what, and the stems that take endings; folded, so that umlauts are gone.
_STEMS = (
    (True, "money", "expensive teuer teur costli pric pricey dear cher chere chers cheres caro cara caros caras"),
    (False, "money", "cheap billig gunstig preiswert inexpensive barato barata baratos baratas economique"),
    (True, "time months length miles", "long lang lange largo larga largos largas longue longues"),
    (False, "time months length miles", "short kurz corto corta cortos cortas court courte"),
    (False, "time months clock", "quick fast schnell rapide rapido rapida"),
    (True, "time months", "slow langsam lent lente lento lenta"),
    (True, "mass", "heavi heavy schwer lourd lourde pesado pesada"),
    (False, "mass", "light leicht leger legere ligero ligera"),
    (False, "date month", "old alt ancien ancienne antiguo antigua"),
    (True, "date month", "new neu recent jung young nouveau nouvelle nuevo nueva reciente"),
    (False, "date month clock", "earli early fruh"),
    (True, "date month clock", "late lat spat"),
    (True, "length miles", "far weit tall wide deep"),
    (True, "", "high hoch hoh great gross grosz big bigg large larg grand grande alto alta"),
    (False, "", "low niedrig small klein little gering petit petite bajo baja pequeno pequena"),
)
_SUPERLATIVE = ("est", "st", "este", "esten", "ester", "estes", "estem", "ste", "sten", "ster", "stes", "stem")
_COMPARATIVE = ("er", "r", "ere", "eren", "erer", "eres")
_PLAIN: dict[str, Grade] = {}
_MOST: dict[str, Grade] = {
    "most": Grade(True),
    "meisten": Grade(True),
    "meiste": Grade(True),
    "max": Grade(True),
    "maximum": Grade(True),
    "least": Grade(False),
    "fewest": Grade(False),
    "wenigsten": Grade(False),
    "wenigste": Grade(False),
    "minimum": Grade(False),
    "min": Grade(False),
}
_MORE: dict[str, Grade] = {}
for _up, _of, _names in _STEMS:
    for _stem in _names.split():
        _grade = Grade(_up, tuple(_of.split()))
        _PLAIN[_stem] = _grade
        _MOST |= dict.fromkeys((_stem + end for end in _SUPERLATIVE), _grade)
        _MORE |= dict.fromkeys((_stem + end for end in _COMPARATIVE), _grade)
_ENGLISH_MOST = {"most": True, "least": False}
_ROMANCE_MOST = frozenset({"plus", "mas"})

type Degree = Literal["most", "more", "plain"]


def graded(words: list[str], index: int) -> tuple[Degree, Grade, int] | None:
    """The degree that the word at `index` begins to tell, what it is of, and how many words tell it."""
    word = fold(words[index])
    after = fold(words[index + 1]) if index + 1 < len(words) else ""
    if word in _ENGLISH_MOST and after in _PLAIN:
        grade = _PLAIN[after]
        return "most", Grade(grade.up is _ENGLISH_MOST[word], grade.dimensions), 2
    if word in _ROMANCE_MOST and after in _PLAIN:
        return "most", _PLAIN[after], 2
    if word in {"more", "less", "weniger", "moins", "menos"} and after in _PLAIN:
        grade = _PLAIN[after]
        return "more", Grade(grade.up is (word == "more"), grade.dimensions), 2
    if word in _MOST:
        return "most", _MOST[word], 1
    if word in _MORE:
        return "more", _MORE[word], 1
    return ("plain", _PLAIN[word], 1) if word in _PLAIN else None
