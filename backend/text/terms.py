"""Words of a text as comparable terms, their weights, and what kind of thing a question asks for.

Language-agnostic where it can be: case and accents are folded, scripts without spaces give character pairs, and a
light stemmer takes off the commonest endings. Stop words and question words know English and the larger European
languages; elsewhere the inverse frequency alone makes common words count little.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|\d+[^\W_]*")
_SURFACE = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힣฀-๿]+")
_THOUSANDS = re.compile(r"(?<=\d)[,'’\u00a0\u202f](?=\d{3}\b)")
_FIGURE = re.compile(r"\d+(?:[.,:/'’\u00a0\u202f]\d+)*")

_STOP_WORDS = (
    "a an and any are as at be been being but by can could did do does doing for from had has have having he her his "
    "how i if in into is it its may me more most my no nor not of on or our shall she should so some such than that "
    "the their them then there these they this those to too us was we were what when where which while who whom whose "
    "why will with would you your about also just tell please give know many much name called "
    "der die das ein eine und oder ist sind war von zu mit auf im in wer wie was wann wo warum welche welcher den dem "
    "des le la les un une et ou est sont de du des qui que quoi quand comment quel quelle où el los las y es son del "
    "cuál cuándo cómo dónde quién qué"
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without its commonest English endings; figures and short words stay."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    for ending, least, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return _undouble(word[: len(word) - len(ending)] + replacement)
    return word.removesuffix("e") if len(word) > 4 else word


_ENDINGS = (
    ("ations", 3, "at"), ("ation", 3, "at"), ("ments", 3, ""), ("ment", 3, ""), ("ingly", 3, ""), ("ings", 3, ""),
    ("ing", 3, ""), ("edly", 3, ""), ("ions", 3, ""), ("ion", 3, ""), ("ies", 2, "y"), ("ied", 2, "y"), ("ers", 3, ""),
    ("sses", 2, "ss"), ("ed", 3, ""), ("er", 3, ""), ("es", 3, ""), ("ss", 2, "ss"), ("us", 2, "us"), ("ly", 3, ""),
    ("s", 3, ""),
)  # fmt: skip


def _undouble(word: str) -> str:
    """ "stopp" (from "stopped") is "stop"; a final e goes, so that "moving" and "move" meet."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=16384)
def terms(text: str) -> tuple[str, ...]:
    """The terms of a text in order, stop words included."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if _UNSPACED.match(word):
            found.extend(word[index : index + 2] for index in range(max(1, len(word) - 1)))
        else:
            found.append(stem(word))
    return tuple(found)


def fold(text: str) -> str:
    """Lower case, without accents, compatibility forms made plain."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_STOP_TERMS = frozenset(stem(fold(word)) for word in _STOP_WORDS.split())


def content_terms(text: str) -> frozenset[str]:
    """The distinct terms of a text that are not stop words; all of them if nothing else is left."""
    everything = frozenset(terms(text))
    return everything - _STOP_TERMS or everything


def content_words(text: str) -> dict[str, str]:
    """The distinct words of a text that are not stop words, lower case, in order: each term with its first word."""
    found: dict[str, str] = {}
    for word in _SURFACE.findall(text.casefold()):
        term = stem(fold(word))
        if term not in _STOP_TERMS:
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
