"""What a question wants computed: which operation, over what, of which rows.

English and German, some French and Spanish.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from backend.rag.rows.grades import Grade, graded
from backend.rag.rows.periods import Period
from backend.rag.rows.tokens import Token, tokens_of
from backend.rag.rows.values import Value, unit, value_of
from backend.rag.rows.vocabulary import (
    ABOUT_ROWS,
    AVERAGING,
    CARRYING,
    COMMANDS,
    CONJUNCTIONS,
    COURTESY,
    DIMENSIONS,
    FRENCH_OR_SPANISH,
    GERMAN,
    INTERROGATIVE,
    LEFT_TO_OTHERS,
    NEGATIONS,
    NUMBERS,
    OPENING_OTHERS,
    PAST,
    QUANTITY,
    SUMMING,
    TIMES,
    YES_OR_NO,
)
from backend.rag.rows.words import Forms, forms, month_of

type Operation = Literal["count", "sum", "average", "most", "which", "lookup"]

_MOST_CHARS = 300
_LONGEST_AMOUNT = 3
_OVER = frozenset({"over", "above", "exceeding", "uber"})
_UNDER = frozenset({"under", "below", "unter"})
_MORE = {"more": True, "mehr": True, "plus": True, "mas": True, "greater": True} | dict.fromkeys(
    ("less", "fewer", "weniger", "moins", "menos"), False
)
_THAN = frozenset({"than", "als", "de", "que", "then"})
_AT = {
    ("at", "least"): True,
    ("at", "most"): False,
    ("mindestens",): True,
    ("wenigstens",): True,
    ("hochstens",): False,
    ("maximal",): False,
    ("up", "to"): False,
    ("au", "moins"): True,
    ("au", "plus"): False,
    ("al", "menos"): True,
    ("ab",): True,
    ("bis", "zu"): False,
}
_OR = frozenset({"or", "oder", "ou", "o"})
_BEFORE = frozenset({"before", "vor", "avant", "antes"})
_AFTER = frozenset({"after", "since", "nach", "seit", "apres", "despues", "desde"})
_BETWEEN = frozenset({"between", "zwischen", "entre"})
_AND = frozenset({"and", "und", "et", "y"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST_COMPOUND = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """More than `value` if `over`, less otherwise; `dimensions`: of what, where a word tells it."""

    over: bool
    inclusive: bool
    value: Value
    dimensions: tuple[str, ...] = ()

    def holds(self, value: Value | None) -> bool:
        if value is None:
            return False
        # A figure without a unit is meant in the column's.
        limit = self.value.number * value.factor if self.value.dimension == "number" else self.value.number
        if value.number == limit:
            return self.inclusive
        return (value.number > limit) is self.over


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must be met. `head`: it names what is asked for. `segment`: counts up at each "and" and "or"."""

    word: str
    forms: Forms
    head: bool = False
    negated: bool = False
    segment: int = 0
    dimension: str | None = None
    about_rows: bool = False


@dataclass(slots=True)
class Wish:
    """`grade`: of the most; `limit`: how many of them. `dimensions`: of what is asked, where a word tells it."""

    operation: Operation
    language: Literal["en", "de"]
    terms: list[Term] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    grade: Grade | None = None
    limit: int = 1
    dimensions: tuple[str, ...] = ()
    times: bool = False
    """"How often": rows are counted whatever they are."""
    sums: list[Forms] = field(default_factory=list)
    """Words that ask for a sum, which a column may be called, too."""
    open_question: bool = False
    """"What", "who", "when": one cell may be asked for as well as rows."""


def wish_of(question: str) -> Wish | None:
    """None where nothing is to be computed: yes or no, why and how, a comparison of two things, a long text."""
    if len(question) > _MOST_CHARS:
        return None
    tokens = tokens_of(question)
    while tokens and tokens[0].word in COURTESY:
        tokens = tokens[1:]
    words = [token.word for token in tokens]
    if not words or _is_yes_or_no(words) or not LEFT_TO_OTHERS.isdisjoint(words):
        return None
    if tuple(words[:2]) in OPENING_OTHERS or words[0] in {first for first, *rest in OPENING_OTHERS if not rest}:
        return None
    return _Reader(tokens, words).read()


def _is_yes_or_no(words: Sequence[str]) -> bool:
    # "Was" begins a question about the past in English, and one about a thing in German.
    return words[0] in YES_OR_NO and not (words[0] == "was" and _language(words[1:]) == "de")


class _Reader:
    """Reads the words of a question from the left, each for what it does."""

    def __init__(self, tokens: Sequence[Token], words: list[str]) -> None:
        self._tokens = tokens
        self._words = words
        self._operation: Operation | None = None
        self._wish = Wish("which", _language(words))
        self._in_head = False
        self._heads = 0
        self._negated = False
        self._segment = 0
        self._unread = False

    def read(self) -> Wish | None:
        at = 0
        while at < len(self._tokens):
            at += self._step(at)
        wish = self._wish
        if self._unread or self._operation is None or self._negated:
            return None
        if len([one for one in wish.terms if not one.about_rows]) == 0:
            return None
        wish.operation = self._operation
        return wish

    def _step(self, at: int) -> int:
        for reader in (self._comparison, self._marker, self._grade):
            if taken := reader(at):
                return taken
        self._term(at)
        return 1

    def _set(self, operation: Operation, *, heads: bool = False) -> None:
        """The more special operation stays: a sum of what "how much" asks for, a count "in total"."""
        order: tuple[Operation, ...] = ("lookup", "which", "sum", "count", "average", "most")
        if self._operation is None or order.index(operation) > order.index(self._operation):
            self._operation = operation
        self._in_head = heads
        self._heads = 0

    def _marker(self, at: int) -> int:
        word = self._words[at]
        if word == "zur" and self._words[at + 1 : at + 2] == ["zeit"]:
            return 2
        following = self._words[at + 1] if at + 1 < len(self._words) else ""
        for said in TIMES:
            if tuple(self._words[at : at + len(said)]) == said and _is_past(self._words[at + len(said) :]):
                self._set("count")
                self._wish.times = True
                return len(said)
        for length in (2, 1):
            asked = QUANTITY.get(" ".join(self._words[at : at + length]))
            if asked is not None:
                self._set(asked, heads=asked == "count")
                if asked == "sum":
                    self._wish.sums.append(forms(self._words[at + length - 1]))
                if asked == "lookup":
                    self._wish.dimensions = ("money",)
                return length
        if word in {"how", "wie"}:
            found = graded(self._words, at + 1) if following else None
            if found is None or found[0] != "plain":
                self._unread = self._unread or at == 0
                return 1
            self._set("lookup")
            self._wish.dimensions = found[1].dimensions
            return 2
        if word in INTERROGATIVE and (at == 0 or word not in COMMANDS):
            self._set(INTERROGATIVE[word], heads=True)
            self._wish.open_question = self._wish.open_question or INTERROGATIVE[word] == "lookup"
            if word in {"when", "wann", "quand", "cuando"}:
                self._wish.dimensions = ("date", "clock", "month")
            return 1
        if word in SUMMING:
            self._set("sum", heads=self._in_head)
            self._wish.sums.append(forms(word))
            return 1
        if word in AVERAGING:
            self._set("average", heads=self._in_head)
            return 1
        for begin, operation in (("gesamt", "sum"), ("durchschnitts", "average")):
            if word.startswith(begin) and len(word) >= len(begin) + _LEAST_COMPOUND:
                self._set("sum" if operation == "sum" else "average")
                self._add(word.removeprefix(begin))
                return 1
        return 0

    def _grade(self, at: int) -> int:
        found = graded(self._words, at)
        if found is None or found[0] == "plain":
            return 0
        degree, grade, taken = found
        if degree == "more":
            # An adjective that merely looks like one: "letter", "later". Two things compared are for others.
            self._unread = self._unread or any(word in _THAN for word in self._words[at + taken : at + taken + 1])
            return taken if self._unread else 0
        if self._words[at + taken : at + taken + 1] in (["of"], ["common"], ["important"], ["likely"]) and taken == 1:
            self._unread = True
        before = self._words[at - 1] if at else ""
        if before.isdecimal() or before in NUMBERS:
            self._wish.limit = max(1, int(before) if before.isdecimal() else NUMBERS[before])
            self._wish.terms = [term for term in self._wish.terms if term.word != before]
        self._wish.grade = grade
        self._set("most", heads=False)
        return taken

    def _comparison(self, at: int) -> int:
        words = self._words
        if (period := self._tokens[at].period) is not None:
            self._wish.periods.append(period)
            self._in_head = False
            return 1
        if words[at] in _BETWEEN:
            low, first = self._amount(at + 1)
            if low is not None and at + 1 + first < len(words) and words[at + 1 + first] in _AND:
                high, last = self._amount(at + 2 + first)
                if high is not None:
                    if low.dimension == "number":
                        low = self._alike(low, high)
                    self._compare(over=True, inclusive=True, value=low)
                    self._compare(over=False, inclusive=True, value=high)
                    return 2 + first + last
            self._unread = True
            return 1
        for over, inclusive, taken, dimensions in self._comparers(at):
            value, length = self._amount(at + taken, in_time=words[at] in _BEFORE | _AFTER)
            if value is not None:
                self._compare(over=over, inclusive=inclusive, value=value, dimensions=dimensions)
                return taken + length
        value, length = self._amount(at)
        rest = words[at + length : at + length + 2]
        if value is not None and len(rest) == 2 and rest[0] in _OR and rest[1] in _MORE:
            self._compare(over=_MORE[rest[1]], inclusive=True, value=value)
            return length + 2
        if words[at] in _BEFORE | {"after", "until", "during"}:
            self._unread = True
        return 0

    def _comparers(self, at: int) -> list[tuple[bool, bool, int, tuple[str, ...]]]:
        """What may compare with an amount behind it: which way, whether it may be equal, words, of what."""
        words = self._words
        following = words[at + 1] if at + 1 < len(words) else ""
        found: list[tuple[bool, bool, int, tuple[str, ...]]] = []
        for said, over in _AT.items():
            if tuple(words[at : at + len(said)]) == said:
                found.append((over, True, len(said), ()))
        if words[at] in _MORE and following in _THAN:
            found.append((_MORE[words[at]], False, 2, ()))
        if words[at] in _OVER | _UNDER:
            found.append((words[at] in _OVER, False, 1, ()))
        if words[at] in _BEFORE | _AFTER:
            extra = following in {"the", "dem", "der", "den", "de", "le", "el"}
            found.append((words[at] in _AFTER, words[at] in {"since", "seit", "desde"}, 1 + extra, ()))
        degree = graded(words, at)
        if degree is not None and degree[0] == "more" and not _THAN.isdisjoint(words[at + degree[2] :][:1]):
            found.append((degree[1].up, False, degree[2] + 1, degree[1].dimensions))
        return found

    def _amount(self, at: int, *, in_time: bool = False) -> tuple[Value | None, int]:
        """The amount or date that begins with the word at a place, and how many words it has."""
        if at >= len(self._tokens):
            return None, 0
        token = self._tokens[at]
        if token.date is not None:
            return token.date, 1
        if in_time and _YEAR.fullmatch(token.text):
            return value_of(f"{token.text}-01-01"), 1
        for length in range(min(_LONGEST_AMOUNT, len(self._tokens) - at), 0, -1):
            part = self._tokens[at : at + length]
            texts = [str(NUMBERS.get(one.word, one.text)) for one in part]
            if length > 1 and not any(unit(one) for one in texts):
                continue
            value = value_of(" ".join(texts))
            if value is not None and (length > 1 or texts[0][0].isdigit()):
                return value, length
        return None, 0

    @staticmethod
    def _alike(value: Value, other: Value) -> Value:
        return Value(value.number * other.factor, other.dimension)

    def _compare(self, *, over: bool, inclusive: bool, value: Value, dimensions: tuple[str, ...] = ()) -> None:
        self._wish.comparisons.append(Comparison(over, inclusive, value, dimensions))
        self._in_head = False
        if self._operation is None:
            self._set("which")

    def _term(self, at: int) -> None:
        token = self._tokens[at]
        word = token.word.replace("’", "'").removesuffix("'s")
        if token.date is not None:
            found = Forms(frozenset(token.terms))
            self._wish.terms.append(Term(token.text, found, negated=self._took_negation(), segment=self._segment))
            return
        if word in NEGATIONS or word.endswith("n't"):
            self._negated = True
            return
        if word in CONJUNCTIONS:
            self._segment += 1
        if word in CARRYING or not word[0].isalnum():
            self._in_head = self._in_head and self._heads == 0
            return
        self._add(word)

    def _add(self, word: str) -> None:
        dimension = DIMENSIONS.get(word)
        month = month_of(word)
        found = forms(word) if month is None else Forms(forms(word).whole | {month})
        head = self._in_head and dimension is None
        if head and self._heads:  # of several words the last one names the thing
            self._wish.terms[-1] = _without_head(self._wish.terms[-1])
        about_rows = word in ABOUT_ROWS
        self._wish.terms.append(
            Term(word, found, head, self._took_negation(), self._segment, dimension, about_rows=about_rows)
        )
        self._heads += head
        self._in_head = self._in_head and (head or self._heads == 0) and dimension is None

    def _took_negation(self) -> bool:
        negated, self._negated = self._negated, False
        return negated


def _is_past(words: Sequence[str]) -> bool:
    """Whether what was done is asked for: how often something is to be done, no row counts."""
    return bool(words) and words[0] in PAST


def _without_head(term: Term) -> Term:
    return Term(term.word, term.forms, False, term.negated, term.segment, term.dimension, term.about_rows)


def _language(words: Sequence[str]) -> Literal["en", "de"]:
    german = sum(word in GERMAN for word in words)
    others = sum(word in FRENCH_OR_SPANISH for word in words)
    return "de" if german > others else "en"
