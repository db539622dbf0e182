"""Which words of a hit the question asked for."""

import re

from backend.embedding.search.analysis import QueryTerms, clean, english_stem
from backend.embedding.search.models import Highlight

_WORD = re.compile(r"[^\W_]+")
_MOST_HIGHLIGHTS = 100


class Highlighter:
    """Finds the words of one question in texts, by stem or as they are; built once per search."""

    def __init__(self, query: str) -> None:
        terms = QueryTerms(query)
        self._stems = frozenset(terms.english)
        self._words = frozenset(word for word in terms.plain if english_stem(word) is not None)
        self._known: dict[str, bool] = {}
        # Pairs overlap ("abc" holds "ab" and "bc"), so that they are looked for at every place.
        pairs = "|".join(re.escape(term) for term in terms.unspaced)
        self._unspaced = re.compile(f"(?=({pairs}))") if pairs else None

    def find(self, text: str) -> tuple[Highlight, ...]:
        """The matched stretches as offsets into `text`, in order, not overlapping, 100 at the most."""
        spans = [match.span() for match in _WORD.finditer(text) if self._matches(match.group())]
        if self._unspaced is not None:
            spans = _merged(spans + [match.span(1) for match in self._unspaced.finditer(text)])
        return tuple(Highlight(start, end) for start, end in spans[:_MOST_HIGHLIGHTS])

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
