"""Which words of a hit the question asked for."""

import re

from backend.embedding.search.models import Highlight
from backend.text.analysis import QueryTerms, clean, english_stem

_WORD = re.compile(r"[^\W_]+")
_ACCENTED = re.compile(r"[^\W\x00-\x7f]")
_MOST_HIGHLIGHTS = 100


class Highlighter:
    """Finds the words of one question in texts, by stem or as they are; built once per search."""

    def __init__(self, query: str) -> None:
        terms = QueryTerms(query)
        self._stems = frozenset(terms.english)
        self._words = frozenset(word for word in terms.plain if english_stem(word) is not None)
        # A word begins like its stem but for the stem's last letter (study, studies: studi).
        beginnings = {stem[:-1] or stem for stem in self._stems} | self._words
        self._beginnings = [
            start for start in beginnings if not any(start.startswith(other) for other in beginnings - {start})
        ]
        self._known: dict[str, bool] = {}
        # Pairs overlap ("abc" holds "ab" and "bc"), so that they are looked for at every place.
        pairs = "|".join(re.escape(term) for term in terms.unspaced)
        self._unspaced = re.compile(f"(?=({pairs}))") if pairs else None

    def find(self, text: str) -> tuple[Highlight, ...]:
        """The matched stretches as offsets into `text`, in order, not overlapping, 100 at the most."""
        if _ACCENTED.search(text):
            spans = [match.span() for match in _WORD.finditer(text) if self._matches(match.group())]
        else:
            spans = self._by_beginnings(text)
        if self._unspaced is not None:
            spans = _merged(spans + [match.span(1) for match in self._unspaced.finditer(text)])
        return tuple(Highlight(start, end) for start, end in spans[:_MOST_HIGHLIGHTS])

    def _by_beginnings(self, text: str) -> list[tuple[int, int]]:
        """Ten times as fast as looking at every word; a search highlights 2,000 words in all."""
        spans: list[tuple[int, int]] = []
        lowered = text.lower()
        for beginning in self._beginnings:
            place = lowered.find(beginning)
            while place >= 0:
                end = place + len(beginning)
                if (place == 0 or not lowered[place - 1].isalnum()) and (word := _WORD.match(lowered, place)):
                    end = word.end()
                    if self._matches(word.group()):
                        spans.append((place, end))
                place = lowered.find(beginning, end)
        return sorted(spans)

    def _matches(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = clean(word).lower() in self._words or english_stem(word) in self._stems
            self._known[word] = known
        return known


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
