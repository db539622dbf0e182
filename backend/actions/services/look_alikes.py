"""Whether an address or a domain only looks like one that is known.

Letters that look alike are compared by their skeleton, as of Unicode's security mechanisms (UTS 39, 4): the table holds
the letters of Cyrillic, Greek, Armenian and Latin that its `confusables.txt` (17.0) maps to letters of domains, and the
pairs of ASCII that people misread. It is a part of that file; what is not in it is found by its script.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import idna

type Likeness = Literal["looks_alike", "one_edit"]

#: Shorter names are one edit away from each other by chance.
_LEAST_CHARS_FOR_AN_EDIT = 6
_ALIKE = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "l", "ї": "l", "ӏ": "l",
        "ј": "j", "к": "k", "м": "rn", "ո": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t",
        "ԝ": "w", "х": "x", "у": "y", "ү": "y", "ѵ": "v", "з": "3", "ь": "b", "п": "n", "и": "u",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "τ": "t",
        "υ": "u", "χ": "x", "γ": "y", "ω": "w", "ϲ": "c", "ϳ": "j",
        # Armenian
        "ց": "g", "հ": "h", "ս": "u", "օ": "o", "զ": "q", "ա": "w", "յ": "j", "ք": "p",
        # Latin
        "ı": "l", "ɩ": "l", "ɑ": "a", "ɡ": "g", "ʏ": "y", "ᴄ": "c", "ᴏ": "o", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ø": "o",
        "đ": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ß": "b", "æ": "ae", "œ": "oe",
        # ASCII, as they are misread
        "0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "m": "rn", "w": "vv",
    }
)  # fmt: skip
#: Scripts that are written together, as UTS 39 (5.2, highly restrictive) allows them; Latin stands with each.
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"CJK", "BOPOMOFO"}),
    frozenset({"CJK", "HANGUL"}),
)


def readable_domain(domain: str) -> str:
    """A domain as its owner writes it: labels of letters beyond ASCII are not left in their code (`xn--…`)."""
    return ".".join(map(_readable, domain.split(".")))


@lru_cache(maxsize=20_000)
def skeleton(text: str) -> str:
    """What a text looks like: two texts that may be confused have the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
    return bare.translate(_ALIKE).translate(_ALIKE)


def mixes_scripts(domain: str) -> bool:
    """Whether letters of scripts that nobody writes together stand within one label of a domain."""
    return any(_mixed(label) for label in readable_domain(domain).split("."))


def likeness(name: str, known: str) -> Likeness | None:
    """How a name looks like a known one that it is not: by the signs themselves, or one edit away. None: it does not.

    Both as people read them, see `readable_domain`.
    """
    if name == known:
        return None
    if skeleton(name) == skeleton(known):
        return "looks_alike"
    return "one_edit" if min(len(name), len(known)) >= _LEAST_CHARS_FOR_AN_EDIT and _one_edit(name, known) else None


def nearest(name: str, known: Iterable[str]) -> tuple[str, Likeness] | None:
    """The known name that one looks like, those of the same signs first."""
    edits: str | None = None
    for one in known:
        found = likeness(name, one)
        if found == "looks_alike":
            return one, "looks_alike"
        edits = one if found and edits is None else edits
    return (edits, "one_edit") if edits is not None else None


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label


def _mixed(label: str) -> bool:
    scripts = {_script(sign) for sign in label if sign.isalpha()}
    others = scripts - {"LATIN"}
    return len(scripts) > 1 and not any(others <= together for together in _TOGETHER)


def _script(letter: str) -> str:
    """The first word of a letter's name, which for letters is their script."""
    return unicodedata.name(letter, "unnamed").partition(" ")[0]


def _one_edit(one: str, other: str) -> bool:
    """Whether one sign was put in, left out, exchanged, or two neighbours changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        swapped = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
        return one[start + 1 :] == other[start + 1 :] or swapped
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]
