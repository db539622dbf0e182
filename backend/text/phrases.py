"""Phrases in quotation marks: what must stand in a text as it is, but for case, accents and marks."""

import re

from backend.text.folding import MARKS, UNSPACED, composed, fold

_QUOTED = re.compile(
    r'"([^"\n]{1,300})"|“([^”\n]{1,300})”|„([^“”\n]{1,300})[“”]|«([^»\n]{1,300})»|「([^」\n]{1,300})」'
)
_WORD = re.compile(rf"(?:[^\W_]|[{MARKS}])+")
_MOST_PHRASES = 8


def phrases_of(query: str) -> tuple[str, ...]:
    """What stands in quotation marks and has words, without the marks, in order; eight at the most."""
    found = ("".join(filter(None, match.groups())).strip() for match in _QUOTED.finditer(query))
    return tuple(dict.fromkeys(phrase for phrase in found if _WORD.search(phrase)))[:_MOST_PHRASES]


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` side by side, in their order, and nothing between them."""
    wanted = _spaced(phrase)
    if wanted.isascii() or not UNSPACED.search(wanted):
        return wanted in _spaced(text)
    return wanted.replace(" ", "") in _spaced(text).replace(" ", "")


def phrase_spans(text: str, phrase: str) -> list[tuple[int, int]]:
    """Where in `text` the words of `phrase` stand, as offsets."""
    words = [(fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]
    wanted = _spaced(phrase).split()
    return [
        (words[at][1], words[at + len(wanted) - 1][2])
        for at in range(len(words) - len(wanted) + 1)
        if words[at][0] == wanted[0] and [word for word, _, _ in words[at : at + len(wanted)]] == wanted
    ]


def _spaced(text: str) -> str:
    """Folded words, one space on either side of each."""
    return f" {' '.join(filter(None, map(fold, _WORD.findall(composed(text)))))} "
