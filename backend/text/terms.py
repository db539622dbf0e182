"""Words of a text as comparable terms, their weights, and what kind of thing a question asks for.

Language-agnostic where it can be: case and accents are folded, scripts without spaces give character pairs, and the
stemmer of the word index takes off English endings. Function words are known of English and the larger European
languages; elsewhere the inverse frequency alone makes common words count little.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from backend.text.analysis import UNSPACED, stem
from backend.text.function_words import OF_QUESTIONS

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|\d+[^\W_]*")
_SURFACE = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"(?<=\d)[,'’\u00a0\u202f](?=\d{3}\b)")
_FIGURE = re.compile(r"\d+(?:[.,:/'’\u00a0\u202f]\d+)*")


@lru_cache(maxsize=16384)
def terms(text: str) -> tuple[str, ...]:
    """The terms of a text in order, function words included."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if UNSPACED.match(word):
            found.extend(word[index : index + 2] for index in range(max(1, len(word) - 1)))
        else:
            found.append(stem(word))
    return tuple(found)


def fold(text: str) -> str:
    """Lower case, without accents, compatibility forms made plain."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_FUNCTION_TERMS = frozenset(stem(fold(word)) for word in OF_QUESTIONS)


def content_terms(text: str) -> frozenset[str]:
    """The distinct terms of a text that are not function words; all of them if nothing else is left."""
    everything = frozenset(terms(text))
    return everything - _FUNCTION_TERMS or everything


def content_words(text: str) -> dict[str, str]:
    """The distinct words of a text that are not function words, lower case, in order: each term with its first word."""
    found: dict[str, str] = {}
    for word in _SURFACE.findall(text.casefold()):
        term = stem(fold(word))
        if term not in _FUNCTION_TERMS:
            found.setdefault(term, word)
    return found


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
    """The numbers of a text in their order: without thousands separators, mapped to how they are written."""
    return {_THOUSANDS.sub("", number): number for number in _FIGURE.findall(text)}
