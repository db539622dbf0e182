"""Hyphens at the ends of lines: one that only breaks a word goes, one of the word itself stays."""

import re
from collections.abc import Iterable
from functools import cache

#: PDFium's signs for a hyphen that it takes for a break, and the others that may stand there.
BREAKS = "\x02\ufffe\u00ad"
HYPHENS = "-\u2010\u2011"
_AT_END = re.compile(rf"([\w'’.]{{0,60}})([{HYPHENS}{BREAKS}])$")
_TAIL = 80  # longer than any word: a paragraph is not read again for each of its lines
_AT_START = re.compile(r"[\w'’]+")
_WORD = re.compile(rf"\w+(?:[{HYPHENS}]\w+)*")
#: After these a hyphen stands for the rest of a word that is left out: ``Ein- und Ausfahrt``, ``short- or long-term``.
_JOINS_HALVES = frozenset({"and", "or", "und", "oder", "bzw", "och", "eller"})


class Vocabulary:
    """The words of a document that stand whole in it, by which a broken one is known."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._inner: set[str] = set()
        """Those that are no half of a broken word: they do not stand where a line may divide one."""

    def learn(self, lines: Iterable[str]) -> None:
        for line in lines:
            is_broken = line[-1:] in HYPHENS or line[-1:] in BREAKS
            words = [found.lower() for found in _WORD.findall(line[:-1] if is_broken else line)]
            self._words.update(words)
            self._inner.update(words[1 : -1 if is_broken else None])
            if words and line[:1].isupper() and len(words) > is_broken:
                self._inner.add(words[0])

    def joint(self, before: str, after: str) -> str | None:
        """What stands between two lines: nothing, a hyphen or a blank; None where the first does not end in a hyphen.

        `before` still has its hyphen, which goes with it.
        """
        ending, beginning = _AT_END.search(before[-_TAIL:]), _AT_START.match(after)
        if ending is None:
            return None
        if not ending[1]:
            return f"{ending[2]} " if ending[2] in HYPHENS else ""
        if beginning is None:
            return "-"
        first, second = ending[1].lower(), beginning[0].lower()
        if any(map(str.isdigit, first + second)) or not beginning[0][0].islower():
            return "-"
        if f"{first}-{second}" in self._words:
            return "-"
        if first + second in self._words or first + second in _english():
            return ""
        if second in _JOINS_HALVES:
            return "- "
        last = first.rpartition("'")[2]
        both = all(part in self._inner or part in _english() for part in (last, second))
        return "-" if both and len(last) > 2 and len(second) > 2 else ""


@cache
def _english() -> frozenset[str]:
    """Common English words, of the lists by which passwords are judged; loaded for the first broken word only."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words if len(word) > 2)
