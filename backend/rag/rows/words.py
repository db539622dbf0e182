"""When a word of a question meets one of a table: in any form of four languages, or as a part of a German compound."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from backend.rag.rows.values import MONTH
from backend.text.analysis import clean, stem
from backend.text.dates import find_dates
from backend.text.folding import fold, reduced
from backend.text.word_forms import form_terms

WORD = re.compile(r"[^\W_]+")
_LANGUAGES = ("de", "fr", "es")
_AGENT = "er"
_LEAST_AGENT_CHARS = 5
_LEAST_MISTYPED_CHARS = 6


@dataclass(frozen=True, slots=True)
class Forms:
    """What a word, or the words of a text, are compared by: `whole` words, and the `parts` of compounds."""

    whole: frozenset[str]
    parts: frozenset[str] = frozenset()

    def meets(self, there: "Forms") -> bool:
        """Whether a word is one of those there, or the whole of it is a part of one."""
        return not self.whole.isdisjoint(there.whole) or not self.whole.isdisjoint(there.parts)

    def touches(self, there: "Forms") -> bool:
        """The same, or one there is a part of it: the headings and titles of tables are shorter than questions."""
        return self.meets(there) or not self.parts.isdisjoint(there.whole)


@lru_cache(maxsize=65_536)
def forms(word: str) -> Forms:
    """Of one word, in any case."""
    folded = fold(word)
    whole = {reduced(stem(folded))}
    parts: set[str] = set()
    if folded.isalpha():
        for language in _LANGUAGES:
            found = form_terms(clean(word), language)
            whole.update(found[:1])
            parts.update(found[1:])
    return Forms(frozenset(whole), frozenset(parts))


def forms_of(text: str) -> Forms:
    """Of all words of a text; who does something is found by what is done (owner, owns), days by month and year."""
    whole: set[str] = set()
    parts: set[str] = set()
    for word in WORD.findall(text):
        one = forms(word)
        whole |= one.whole
        parts |= one.parts
        if len(word) >= _LEAST_AGENT_CHARS and fold(word).endswith(_AGENT):
            whole |= forms(word[: -len(_AGENT)]).whole
    for date in find_dates(text):
        whole.update(date.stated)
        whole.update(f"month{month}" for _, month in date.months)
        whole.update(f"{year}" for year, _ in date.months)
    for year_month in MONTH.finditer(text):
        month = int(year_month.group(2))
        whole |= {f"month{month}", f"date{year_month.group(1)}{month:02}"}
    return Forms(frozenset(whole), frozenset(parts))


def month_of(word: str) -> str | None:
    """The term of a month that a word names, as `forms_of` gives those of dates."""
    for date in find_dates(f"{word} 2000"):
        return f"month{date.months[0][1]}"
    return None


def mended(word: str, known: Iterable[str]) -> str | None:
    """The one word among `known` from which this one is a single letter away: left out, added, changed, exchanged."""
    folded = fold(word)
    if len(folded) < _LEAST_MISTYPED_CHARS or not folded.isalpha():
        return None
    near = {other for other in set(map(fold, known)) if _one_letter_apart(folded, other)}
    return near.pop() if len(near) == 1 else None


def _one_letter_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    if len(rest) == len(others):
        return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    return rest[1:] == others or rest == others[1:]
