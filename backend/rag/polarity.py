"""A sentence read word by word: what each denies or affirms, on which side of an opposite it stands, what is near it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from backend.text.analysis import stem
from backend.text.folding import fold, reduced
from backend.text.function_words import OF_QUESTIONS
from backend.text.opposites import RELATIONS, Side, sides_of
from backend.text.quantities import Quantity, quantities

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,;:()|–—.!?]")
_CLAUSE_ENDS = frozenset(",;:()|–—.!?") | frozenset(
    "but while whereas although because aber während sondern weil obwohl mais pero porque if when wenn that dass".split()
)
_CARRYING = frozenset(
    """
    may might must shall should can could would will be been being do does did done have has had get gets got make made
    der die das den dem des ein eine einen einem einer eines ist sind war waren wird werden wurde wurden worden hat haben
    hatte darf durfen kann konnen muss mussen soll sollen nur auch noch schon sehr bei fur aus als um am im zum zur vom
    se su sus del al por para con una ha han sera puede deben debe le la les un une doit doivent peut sont est ont pour
    dans sur avec au aux ce cette it its they any only even already still ever currently
    """.split()
)
_NEGATORS = frozenset(
    """
    not never no without neither nor none nobody nothing cannot nicht nie niemals ohne weder niemand nichts kein keine
    keinen keinem keiner keines sans jamais aucun aucune sin nunca ningun ninguna ninguno tampoco jamas ni
    """.split()
)
_FAILING = frozenset({"fail", "fails", "failed", "failing", "unable", "refuse", "refuses", "refused"})
_FRENCH_NE = frozenset({"ne", "n"})
_FRENCH_SECOND = frozenset({"pas", "jamais", "aucun", "aucune", "plus", "rien", "point"})
_NE_REACHES = 5
# Behind these a negator denies nothing: "not only", "nicht nur", "no later than".
_NO_DENIAL_BEFORE = frozenset(
    "only nur seulement solo later more less fewer longer than just doubt matter mehr weniger".split()
)
_SECOND_HALVES = frozenset({"nor", "noch", "ni"})
_ENDING = re.compile(r"(?:ern|em|en|er|es|est|te|tet|ten|e|n|s|t|os|as|a|o|ent|ez|ed|ing)$")
_LEAST_REST = 4
_WINDOW = 8
_ACROSS_CLAUSES = 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `index` counts words and marks. `keys` are what it may be recognised by in another form."""

    index: int
    start: int
    written: str
    folded: str
    keys: frozenset[str]
    clause: int
    names: bool
    sides: tuple[Side, ...]
    negated: bool = False
    negator: str = ""

    @property
    def shown(self) -> str:
        return f"{self.negator} {self.written}" if self.negated and self.negator else self.written


@dataclass(frozen=True, slots=True)
class Negation:
    """A negator with the word that it denies first, and the rest of its clause."""

    written: str
    head: Word
    scope: tuple[Word, ...]


@dataclass
class Reading:
    """A text as it is compared."""

    text: str
    words: list[Word]
    negations: list[Negation]
    _near: dict[int, Mapping[str, float]] = field(default_factory=dict)

    @cached_property
    def content(self) -> list[Word]:
        return [word for word in self.words if word.names]

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset[str]().union(*(word.keys for word in self.content))

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text)

    def shown(self, quantity: Quantity) -> str:
        """The quantity with the word that follows it, as written."""
        rest = re.match(r"[\s-]?(?:[^\W\d_]{1,30}|[%€$£])", self.text[quantity.end : quantity.end + 32])
        written = self.text[quantity.start : quantity.end]
        return " ".join((written + (rest.group() if rest and quantity.measure - {"weekday", "date"} else "")).split())

    def index_at(self, offset: int) -> int:
        return next((word.index for word in reversed(self.words) if word.start <= offset), 0)

    def nearness(self, index: int) -> Mapping[str, float]:
        """What content stands around a place, and how near, from 0 to 1."""
        if (known := self._near.get(index)) is not None:
            return known
        clause = next((word.clause for word in reversed(self.words) if word.index <= index), 0)
        near: dict[str, float] = {}
        for word in self.content:
            distance = abs(word.index - index)
            if distance <= _WINDOW and not word.sides:
                value = 1 / (1 + distance / 2) * (1 if word.clause == clause else _ACROSS_CLAUSES)
                for key in word.keys:
                    near[key] = max(near.get(key, 0), value)
        self._near[index] = near
        return near


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """Its words, what they deny, and their opposites' sides."""
    tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(text)]
    folded = [fold(written).replace("’", "'") for _, written in tokens]
    clauses: list[int] = []
    for token in folded:
        clauses.append((clauses[-1] if clauses else 0) + (token in _CLAUSE_ENDS))
    plain = [
        _word(index, *tokens[index], folded[index], clauses[index])
        for index in range(len(tokens))
        if folded[index][0].isalnum()
    ]
    negations: list[Negation] = []
    negated: dict[int, list[str]] = {}
    negators = _negators(folded, [written for _, written in tokens])
    ends = [*(index for index, _ in negators[1:]), len(tokens)]
    for (index, written), end in zip(negators, ends, strict=False):
        negation = _negation(index, end, written, plain, clauses)
        if negation is not None:
            negations.append(negation)
            for word in negation.scope:
                if word is negation.head or not word.sides or not RELATIONS.issuperset(axis for axis, _ in word.sides):
                    negated.setdefault(word.index, []).append(written)
    words = [
        word
        if word.index not in negated
        else Word(
            word.index,
            word.start,
            word.written,
            word.folded,
            word.keys,
            word.clause,
            word.names,
            word.sides,
            negated=len(negated[word.index]) % 2 == 1,
            negator=negated[word.index][0],
        )
        for word in plain
    ]
    return Reading(text, words, negations)


def _word(index: int, start: int, written: str, folded: str, clause: int) -> Word:
    bare = folded.split("'")[-1] if folded[:2] in {"l'", "d'", "n'", "s'", "qu"} else folded.split("'")[0]
    names = (
        bare not in OF_QUESTIONS
        and bare not in _CARRYING
        and bare not in _NEGATORS
        and not bare[0].isdigit()
        and len(bare) > 1
        and bare not in _CLAUSE_ENDS
    )
    return Word(index, start, written, bare, _keys(bare) if names else frozenset(), clause, names, sides_of(bare))


@lru_cache(maxsize=8192)
def _keys(word: str) -> frozenset[str]:
    rest = _ENDING.sub("", word)
    return frozenset({reduced(stem(word)), f"~{rest if len(rest) >= _LEAST_REST else word}", f"~{word}"})


def _negators(folded: list[str], written: list[str]) -> list[tuple[int, str]]:
    found = []
    for index, token in enumerate(folded):
        following = folded[index + 1] if index + 1 < len(folded) else ""
        if token in _FRENCH_NE or token.startswith("n'"):
            reach = folded[index + 1 : index + 1 + _NE_REACHES]
            second = next((place for place, each in enumerate(reach) if each in _FRENCH_SECOND), None)
            if second is not None:
                found.append((index + 1 + second, written[index]))
        elif token.endswith("n't") or (token in _FAILING and following in {"to", "zu"}):
            found.append((index, written[index]))
        elif (
            token in _NEGATORS
            and token not in _SECOND_HALVES
            and following not in _NO_DENIAL_BEFORE
            and not (index and folded[index - 1] in {"or", "oder", "ne"})
            and not any(each in _FRENCH_NE or each.startswith("n'") for each in folded[max(0, index - _NE_REACHES) : index])
        ):
            found.append((index, written[index]))
    return found


def _negation(index: int, end: int, written: str, words: list[Word], clauses: list[int]) -> Negation | None:
    behind = [word for word in words if index < word.index < end and word.clause == clauses[index] and _says(word)]
    if behind:
        head = next((word for word in behind if not word.folded.endswith("ly")), behind[0])
        return Negation(written, head, tuple(behind))
    before = [word for word in words if word.index < index and word.clause == clauses[index] and _says(word)]
    return Negation(written, before[-1], tuple(before)) if before else None


def _says(word: Word) -> bool:
    return word.names or bool(word.sides)
