"""Where documents lie at their source: folders divided by slashes, and what it means to lie in one of them."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

_STEP = "/"
#: The character after the slash: everything below a folder sorts before the folder's name with it.
_AFTER_STEP = "0"
# Indexes keep one term a folder. What lies deeper is found by this many steps, and then compared as a whole.
_MOST_TERMS = 32
_TERM_CHARS = 16


def folder_of(value: str) -> str:
    """A folder as it is compared: without a slash at either end."""
    return value.strip(_STEP)


def in_one_of(folders: Iterable[str]) -> Callable[[str | None], bool]:
    """Tells whether a path is one of these folders, or lies below one. Names are compared whole, letter by letter."""
    named = frozenset(folders)
    below = tuple(folder + _STEP for folder in named)
    return lambda path: path is not None and (path.startswith(below) or path in named)


def lies_in(path: str | None, folders: Iterable[str]) -> bool:
    """`in_one_of` for a single path."""
    return in_one_of(folders)(path)


def folder_terms(path: str | None) -> list[str]:
    """A term for every folder that a path lies in, itself included, outermost first.

    A term is a hash, so that names of any length and with any characters make short terms of plain letters. Two paths
    that share the term of a folder are compared by `lies_in` before anything is shown.
    """
    if not path:
        return []
    terms: list[str] = []
    place = -1
    while len(terms) < _MOST_TERMS and place < len(path):
        place = path.find(_STEP, place + 1)
        place = len(path) if place < 0 else place
        terms.append(_term(path[:place]))
    return terms


def folder_term(folder: str) -> str:
    """The term that everything in this folder carries."""
    return folder_terms(folder)[-1]


def lying_in(folders: Iterable[str]) -> dict[str, Any]:
    """`lies_in` as a database filter."""
    named = sorted(folders)
    below = [{"path": {"$gte": folder + _STEP, "$lt": folder + _AFTER_STEP}} for folder in named]
    return {"$or": [{"path": {"$in": named}}, *below]}


def _term(folder: str) -> str:
    return hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:_TERM_CHARS]
