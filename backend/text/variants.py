"""The other ways in which something of a text may be written: what the index holds of it beside its words.

TK-3130 is also TK3130, parseHeader is also parse header, 1,043 is also 1043, Müller is also Mueller, a date is a day
however it is spelt, and IT in capitals is no "it".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.text.dates import find_dates, is_month
from backend.text.folding import fold, reduced, spelt_out, without_unspaced
from backend.text.function_words import ENGLISH

_COMPOUND = re.compile(r"[^\W_]++(?:(?:[-_./:+\\\u2010-\u2015]|->|::)[^\W_]++)*+")
_THOUSANDS = re.compile(r"(?<![\w.,'’])\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})++(?![\w])")
# "LX 204": a name of a few letters and its number.
_APART = re.compile(r"(?<![\w.-])([^\W\d_]{1,5}) (\d{2,8}[^\W_]{0,4})(?![\w.,-]*\d)")
# "340 t": as Optima 340T is typed.
_LETTER_APART = re.compile(r"(?<![\w.,-])(\d{2,8}) ([^\W\d_])(?!\w)")
_PIECE = re.compile(r"[^\W_]+")
_ATOM_ASCII = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ATOM = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_UMLAUT = re.compile("[äöüÄÖÜøØåÅ]")
_SPELT_UMLAUT = re.compile("[AOUaou]e")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
# Of longer compounds (addresses, paths) only short runs are joined.
_MOST_JOINED = 6
_RUN_OF_LONG = 3
_MOST_PIECES = 16
_LONGEST_CHARS = 64
_AROUND_CHARS = 80


@dataclass(frozen=True, slots=True)
class Variant:
    """Another way to write ``text[start:end]``, folded. `whole`: it says all of it, and so stands in a question too."""

    term: str
    start: int
    end: int
    whole: bool


def variants(text: str) -> Iterator[Variant]:
    """Of a text whose letters are composed (`folding.composed`), or of any other as far as that goes."""
    spaced = without_unspaced(text)
    for match in _COMPOUND.finditer(spaced):
        word = match.group()
        if not (word.islower() and word.isalpha() and word.isascii()):  # of most words there is nothing to say
            yield from _of_compound(word, match.start(), spaced)
    if _DIGIT.search(text):
        yield from _of_figures(spaced)
        yield from dates_of(text)


def dates_of(text: str) -> Iterator[Variant]:
    """Dates as terms; a day's month is not whole."""
    if _DIGIT.search(text):
        for found in find_dates(text):
            for term in found.stated:
                yield Variant(term, found.start, found.end, term in found.asked)


def identifiers(text: str) -> Iterator[Variant]:
    """What has letters and figures in one name (TK-3130, m5799, LX 204), joined; only wholes."""
    for match in _COMPOUND.finditer(without_unspaced(text)):
        word = match.group()
        if len(word) <= _LONGEST_CHARS and _DIGIT.search(word) and _LETTER.search(word):
            yield Variant(fold("".join(_PIECE.findall(word))), match.start(), match.end(), whole=True)
    yield from _apart(text)


def acronym(word: str) -> str | None:
    """The term of a function word that is written in capitals, as the name of something; None for other words."""
    if len(word) > 1 and word.isupper() and word.isascii() and word.lower() in ENGLISH:
        return f"acronym{word.lower()}"
    return None


def _of_figures(text: str) -> Iterator[Variant]:
    for match in _THOUSANDS.finditer(text):
        yield Variant("".join(_PIECE.findall(match.group())), match.start(), match.end(), whole=True)
    for match in _LETTER_APART.finditer(text):
        yield Variant(match[1] + fold(match[2]), match.start(), match.end(), whole=True)
    yield from _apart(text)


def _apart(text: str) -> Iterator[Variant]:
    for match in _APART.finditer(text):
        name = fold(match[1])
        if name not in ENGLISH and not is_month(name):
            yield Variant(name + fold(match[2]), match.start(), match.end(), whole=True)


def _of_compound(word: str, start: int, text: str) -> Iterator[Variant]:
    end = start + len(word)
    if len(word) > _LONGEST_CHARS * 4:
        return
    if word.isalpha():
        if word.isascii() and not _CAMEL.search(word):
            if word.isupper():
                yield from _of_capitals(word, start, text)
            elif word[0].isupper() and _SPELT_UMLAUT.search(word) and word.lower() not in ENGLISH:
                folded = word.lower()
                if (short := reduced(folded)) != folded:
                    yield Variant(short, start, end, whole=False)
            return
        if _UMLAUT.search(word):
            yield Variant(fold(spelt_out(word)), start, end, whole=True)
            return
        if not word.isascii():
            return
    elif _UMLAUT.search(word):
        for piece in _PIECE.finditer(word):
            if _UMLAUT.search(piece.group()):
                spelt = fold(spelt_out(piece.group()))
                yield Variant(spelt, start + piece.start(), start + piece.end(), whole=True)
    yield from _joined(word, start)


def _of_capitals(word: str, start: int, text: str) -> Iterator[Variant]:
    term = acronym(word)
    if term is None:
        return
    # In a line that is all capitals they say nothing.
    around = (text[max(0, start - _AROUND_CHARS) : start], text[start + len(word) : start + len(word) + _AROUND_CHARS])
    if not f"{around[0].rpartition('\n')[2]}{around[1].partition('\n')[0]}".isupper():
        yield Variant(term, start, start + len(word), whole=True)


def _joined(word: str, start: int) -> Iterator[Variant]:
    """Runs of neighbouring parts of a compound, written together."""
    pieces = list(_PIECE.finditer(word))[:_MOST_PIECES]
    mixed = bool(_DIGIT.search(word) and _LETTER.search(word))
    if len(pieces) == 1 and not mixed and not _CAMEL.search(word):
        return
    if len(pieces) > 1 and not _LETTER.search(word):  # a telephone number, a range; not 3.14
        if "." not in word and ":" not in word:
            yield Variant(fold("".join(piece.group() for piece in pieces)), start, start + len(word), whole=True)
        return
    split = _ATOM_ASCII if word.isascii() else _ATOM
    atoms = [
        (atom.group(), piece.start() + atom.start(), piece.start() + atom.end())
        for piece in pieces
        for atom in split.finditer(piece.group())
    ][: 2 * _MOST_PIECES]
    indexed = {(piece.start(), piece.end()) for piece in pieces}  # these are words of their own
    longest = len(atoms) if len(atoms) <= _MOST_JOINED else _RUN_OF_LONG
    for first in range(len(atoms)):
        for last in range(first, min(first + longest, len(atoms))):
            span = (atoms[first][1], atoms[last][2])
            term = "".join(atom for atom, _, _ in atoms[first : last + 1])
            if span in indexed or len(term) < 2 or len(term) > _LONGEST_CHARS:
                continue
            whole = first == 0 and last == len(atoms) - 1
            yield Variant(fold(term), start + span[0], start + span[1], whole=whole)
