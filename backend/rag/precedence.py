"""Which of two documents about one thing is the older: by what they say of themselves, by the versions in their names,
and only then by their dates, since what is added in one go has the day on which it was added.
"""

import re

from backend.embedding.search.models import Hit

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-_.](?:0[1-9]|1[0-2]))?(?!\d)")
_NUMBER = re.compile(r"\d+")
_VERSION = re.compile(
    r"(?<![^\W_])(?:v|ver|version|rev|revision|release|fassung|ausgabe|auflage|édition|edición)[ _.-]?"
    r"(\d{1,4}(?:\.\d{1,4}){0,3})(?![^\W_])",
    re.IGNORECASE,
)
# At the beginning of a line, so that it is said of this document and of no other; an item of a list, as in a log of
# changes, speaks of something else.
_SAYS_OUTDATED = re.compile(
    r"(?:^|\n)[\s*_#>|]{0,6}(?:(?:status|stand|state|estado|statut)[\s*_|]{0,4}:[\s*_|]{0,4})?"
    r"(?:(?:this|the|diese[rs]?|ce|cette|este|esta)\s\w+\s(?:\w+\s)?"
    r"(?:is|has been|was|ist|wurde|wird|est|a été)\s)?"
    r"(?:superseded|replaced by|obsolete|deprecated|withdrawn|outdated|archived|no longer (?:valid|in force)|"
    r"ersetzt durch|abgelöst|aufgehoben|außer kraft|ungültig|überholt|veraltet|remplacée? par|abrogée?|"
    r"reemplazad[oa] por|derogad[oa])\b(?!\s?:)",
    re.IGNORECASE,
)


def in_order(one: Hit, other: Hit) -> tuple[Hit, Hit] | None:
    """The older and the newer; None where nothing tells."""
    ended = _says_outdated(one), _says_outdated(other)
    if ended[0] != ended[1]:
        return (one, other) if ended[0] else (other, one)
    for key, another in zip(versions_of(one), versions_of(other), strict=True):
        if key and another and key != another:
            return (one, other) if key < another else (other, one)
    if one.modified_at == other.modified_at:
        return None
    return (one, other) if one.modified_at < other.modified_at else (other, one)


def versions_of(hit: Hit) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the title or the path of a document names."""
    return versions_named(f"{hit.title} {hit.path or ''}")


def versions_named(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The latest version that a text names, as numbers, and the latest year with its month; empty for none."""
    versions = [tuple(map(int, match[1].split("."))) for match in _VERSION.finditer(text)]
    years = [tuple(map(int, _NUMBER.findall(match[0]))) for match in _YEARS.finditer(text)]
    return max(versions, default=()), max(years, default=())


def _says_outdated(hit: Hit) -> bool:
    return _SAYS_OUTDATED.search(hit.text) is not None
