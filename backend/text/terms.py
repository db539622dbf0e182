"""Words of a text as comparable terms, their weights, and what kind of thing a question asks for.

Language-agnostic where it can be: letters are folded as in the word index, scripts without spaces give character pairs,
and its stemmer takes off English endings. Function words are known of English and the larger European languages;
elsewhere the inverse frequency alone makes common words count little. Identifiers fall into letters and figures,
however they are written; a date is one term of what is asked, and in a text stands beside its parts.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from backend.text.analysis import stem
from backend.text.folding import UNSPACED, fold, reduced
from backend.text.function_words import OF_QUESTIONS
from backend.text.variants import acronym, dates_of, variants

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|\d+[^\W_]*")
_SURFACE = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"\b[A-Z]{2,10}\b")
_GROUPED = re.compile(r"(?<![\w.,'’])\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\w)")
_NO_FIGURE = re.compile(r"\D")
_THOUSANDS = re.compile(r"(?<=\d)[,'’\u00a0\u202f](?=\d{3}\b)")
_NUMBER = re.compile(r"\d+")
_FIGURE = re.compile(r"\d+(?:[.,:/'’\u00a0\u202f]\d+)*")


@lru_cache(maxsize=16384)
def terms(text: str) -> tuple[str, ...]:
    """The terms of a text in order, function words included; behind them its dates, numbers and acronyms, one each."""
    return (*_words(text), *_besides(text))


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if UNSPACED.match(word):
            found.extend(word[index : index + 2] for index in range(max(1, len(word) - 1)))
        else:
            found.append(_term(word))
    return found


def _term(folded: str) -> str:
    return reduced(stem(folded))


def _besides(text: str) -> list[str]:
    """Dates, numbers with thousands marks without them, and function words in capitals that name something."""
    found = [date.term for date in dates_of(text)]
    found += [_NO_FIGURE.sub("", number) for number in _GROUPED.findall(text)]
    found += [term for word in _CAPITALS.findall(text) if (term := acronym(word))]
    return found


_FUNCTION_TERMS = frozenset(_term(fold(word)) for word in OF_QUESTIONS)


def content_terms(text: str) -> frozenset[str]:
    """The distinct terms of a text that are not function words; all of them if nothing else is left.

    A date is one of them, and its parts are none.
    """
    rest, dates = _without_dates(text)
    everything = frozenset((*_words(rest), *dates))
    return everything - _FUNCTION_TERMS or everything


def content_words(text: str) -> dict[str, str]:
    """The distinct words of a text that are not function words, lower case, in order: each term with its first word.

    A date is one word.
    """
    rest, dates = _without_dates(text)
    found: dict[str, str] = {}
    for word in _SURFACE.findall(rest.casefold()):
        term = _term(fold(word))
        if term not in _FUNCTION_TERMS:
            found.setdefault(term, word)
    return found | dates


def other_spellings(text: str) -> frozenset[str]:
    """Terms that a text has beside those of `content_words`: its identifiers and dates in other spellings."""
    return frozenset((*(found.term for found in variants(text)), *terms(text)))


def _without_dates(text: str) -> tuple[str, dict[str, str]]:
    """The text with its dates blanked out, and these: each term with how it is written."""
    found: dict[str, str] = {}
    rest = text
    for date in dates_of(text):
        if date.whole:
            found[date.term] = text[date.start : date.end].casefold()
            rest = rest[: date.start] + " " * (date.end - date.start) + rest[date.end :]
    return rest, found


def inverse_frequencies(texts: Iterable[str]) -> dict[str, float]:
    """``ln(1 + n / df)`` of each term over `texts`; a term that is not there weighs as one with df = 0.5."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(terms(text)))
    weights = {term: math.log(1 + total / count) for term, count in counts.items()}
    weights[""] = math.log(1 + 2 * total)
    return weights


def weight(term: str, weights: Mapping[str, float]) -> float:
    """A term's weight; `weights` comes from `inverse_frequencies`."""
    return weights.get(term, weights.get("", 1.0))


def recall(wanted: Iterable[str], present: frozenset[str], weights: Mapping[str, float]) -> float:
    """The share of the wanted terms' weight that is present, 0 to 1."""
    total = found = 0.0
    for term in wanted:
        value = weight(term, weights)
        total += value
        if term in present:
            found += value
    return found / total if total else 0.0


def figures(text: str) -> dict[str, str]:
    """The numbers of a text in their order: without thousands separators, mapped to how they are written.

    A date is one of them, however it is spelt.
    """
    rest, dates = _without_dates(text)
    return {_THOUSANDS.sub("", number): number for number in _FIGURE.findall(rest)} | dates


def stated_figures(text: str) -> frozenset[str]:
    """What `figures` may find again of a text: its numbers, and its dates as wholes and in their parts."""
    found = {_THOUSANDS.sub("", number) for number in _FIGURE.findall(text)}
    for date in dates_of(text):
        found.add(date.term)
        found.update(_NUMBER.findall(text[date.start : date.end]))
    return frozenset(found | {_NO_FIGURE.sub("", number) for number in _GROUPED.findall(text)})
