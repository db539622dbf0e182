"""A sentence read word by word: what is denied in it, on which side of an opposite a word stands, what is near it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from backend.text.analysis import stem
from backend.text.folding import fold, reduced
from backend.text.function_words import OF_QUESTIONS
from backend.text.opposites import RELATIONS, Side, sides_of
from backend.text.quantities import Quantity, is_numeral, quantities


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,;:()|–—.!?]")
_CLAUSE_ENDS = frozenset(",;:()|–—.!?") | _words(
    """
    but while whereas although because aber wahrend sondern weil obwohl mais pero porque if when wenn that dass
    """
)
_CARRYING = _words(
    """
    may might must shall should can could would will be been being do does did done have has had get gets got make
    made der die das den dem des ein eine einen einem einer eines ist sind war waren wird werden wurde wurden worden
    hat haben hatte darf durfen kann konnen muss mussen soll sollen nur auch noch schon sehr bei fur aus als um am
    im zum zur vom se su sus del al por para con una ha han sera puede deben debe le la les un une doit doivent peut
    sont est ont pour dans sur avec au aux ce cette it its they any only even already still ever currently
    """
)
_NEGATORS = _words(
    """
    not never no without neither nor none nobody nothing cannot nicht nie niemals ohne weder niemand nichts kein
    keine keinen keinem keiner keines sans jamais aucun aucune sin nunca ningun ninguna ninguno tampoco jamas ni
    """
)
_FAILING = frozenset({"fail", "fails", "failed", "failing", "unable", "refuse", "refuses", "refused"})
_FRENCH_NE = frozenset({"ne", "n"})
_FRENCH_SECOND = frozenset({"pas", "jamais", "aucun", "aucune", "plus", "rien", "point"})
_NE_REACHES = 5
# Behind these a negator denies nothing: "not only", "nicht nur", "no later than".
_NO_DENIAL_BEFORE = _words(
    """
    only nur seulement solo later more less fewer longer than just doubt matter mehr weniger
    """
)
_SECOND_HALVES = frozenset({"nor", "noch", "ni"})
_ENDING = re.compile(r"(?:ern|em|en|er|es|est|te|tet|ten|e|n|s|t|os|as|a|o|ent|ez|ed|ing)$")
_LEAST_REST = 4
_WINDOW = 10
_HALF_AS_NEAR = 4
# "leads to improved", "prevents a fall": one turn of sense, and not two.
_REACH_OF_CAUSE = 3
_ASKS = re.compile(
    r"\b(?:whether|hypothesi[sz]\w{1,5}|sought to|ob|"
    r"(?:is|are|remains?|ist|bleibt) (?:unclear|unknown|uncertain|unklar)|"
    r"(?:aims?|objectives?|purposes?) (?:was|were|of (?:this|the|our) (?:study|trial|survey|review|paper)))\b",
    re.IGNORECASE,
)
_QUESTION_MARKS = ("?", "？", "؟")
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
    _near: dict[int, Mapping[frozenset[str], float]] = field(default_factory=dict)

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

    def nearness(self, index: int) -> Mapping[frozenset[str], float]:
        """The keys of each word that stands around a place, and how near it is, from 0 to 1."""
        if (known := self._near.get(index)) is not None:
            return known
        clause = next((word.clause for word in reversed(self.words) if word.index <= index), 0)
        near: dict[frozenset[str], float] = {}
        for word in self.content:
            distance = abs(word.index - index)
            if distance <= _WINDOW and not word.sides:
                value = 1 / (1 + distance / _HALF_AS_NEAR) * (1 if word.clause == clause else _ACROSS_CLAUSES)
                near[word.keys] = max(value, near.get(word.keys, 0))
        self._near[index] = near
        return near


def asserts(sentence: str) -> bool:
    """Whether a sentence says how something is, and does not merely ask it or set out to find it out."""
    return _ASKS.search(sentence) is None and not sentence.endswith(_QUESTION_MARKS)


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
        if folded[index][:1].isalnum()
    ]
    plain = _composed(plain, folded)
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
        replace(word, negated=len(by) % 2 == 1, negator=by[0]) if (by := negated.get(word.index)) else word
        for word in plain
    ]
    return Reading(text, words, negations)


def _composed(words: list[Word], folded: list[str]) -> list[Word]:
    """A word of cause before one of amount hands its sense on to it; "more than 5" is a bound, and compares nothing."""
    found = list(words)
    for place, word in enumerate(words):
        if not word.sides:
            continue
        following = folded[word.index + 1 : word.index + 3]
        if following[:1] and following[0] in {"than", "als"} and len(following) > 1 and _is_number(following[1]):
            found[place] = replace(word, sides=())
            continue
        causes = dict(word.sides).get("cause")
        if causes is None:
            continue
        for later in range(place + 1, min(place + 1 + _REACH_OF_CAUSE, len(words))):
            amount = dict(found[later].sides).get("amount")
            if amount is not None and found[later].clause == word.clause:
                found[place] = replace(word, sides=())
                found[later] = replace(found[later], sides=(("amount", amount * causes),))
                break
    return found


def _is_number(token: str) -> bool:
    return token[:1].isdigit() or is_numeral(token)


def _word(index: int, start: int, written: str, folded: str, clause: int) -> Word:
    bare = folded.split("'")[-1] if folded[:2] in {"l'", "d'", "n'", "s'", "qu"} else folded.split("'")[0]
    bare = bare or folded
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
        if _is_ne(token):
            reach = folded[index + 1 : index + 1 + _NE_REACHES]
            second = next((place for place, each in enumerate(reach) if each in _FRENCH_SECOND), None)
            if second is not None:
                found.append((index + 1 + second, written[index]))
        elif (
            token.endswith("n't")
            or (token in _FAILING and following in {"to", "zu"})
            or (
                token in _NEGATORS
                and token not in _SECOND_HALVES
                and following not in _NO_DENIAL_BEFORE
                and not (index and folded[index - 1] in {"or", "oder", "ne"})
                and not any(_is_ne(each) for each in folded[max(0, index - _NE_REACHES) : index])
            )
        ):
            found.append((index, written[index]))
    return found


def _is_ne(token: str) -> bool:
    return token in _FRENCH_NE or token.startswith("n'")


def _negation(index: int, end: int, written: str, words: list[Word], clauses: list[int]) -> Negation | None:
    behind = [word for word in words if index < word.index < end and word.clause == clauses[index] and _says(word)]
    if behind:
        head = next((word for word in behind if not word.folded.endswith("ly")), behind[0])
        return Negation(written, head, tuple(behind))
    before = [word for word in words if word.index < index and word.clause == clauses[index] and _says(word)]
    return Negation(written, before[-1], tuple(before)) if before else None


def _says(word: Word) -> bool:
    return word.names or bool(word.sides)
