"""Which words of a hit the question asked for."""

import re
from collections.abc import Sequence

from backend.embedding.search.models import Highlight
from backend.text.analysis import QueryTerms, clean, english_stem
from backend.text.folding import MARKS, fold
from backend.text.phrases import phrase_spans
from backend.text.variants import variants
from backend.text.word_forms import STEMMED, form_terms, query_forms

_WORD = re.compile(r"[^\W_]+")
_MARKED_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
_ACCENTED = re.compile(r"[^\W\x00-\x7f]")
_MOST_HIGHLIGHTS = 100


class Highlighter:
    """Finds the words of one question in texts, by stem, as they are or in another spelling; built once per search.

    `phrases` are looked for as wholes, beside the words.
    """

    def __init__(self, query: str, phrases: Sequence[str] = ()) -> None:
        terms = QueryTerms(query)
        self._phrases = phrases
        self._stems = frozenset(terms.english)
        self._words = frozenset(word for word in terms.plain if english_stem(word) is not None)
        self._variants = frozenset(terms.variants)
        # A word begins like its stem but for the stem's last letter (study, studies: studi).
        beginnings = {stem[:-1] or stem for stem in self._stems} | self._words
        self._beginnings = [
            start for start in beginnings if not any(start.startswith(other) for other in beginnings - {start})
        ]
        self._query = clean(query)
        self._forms: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, str | None], bool] = {}
        # Pairs overlap ("abc" holds "ab" and "bc"), so that they are looked for at every place.
        pairs = "|".join(re.escape(term) for term in terms.unspaced)
        self._unspaced = re.compile(f"(?=({pairs}))") if pairs else None

    def find(self, text: str, language: str | None = None) -> tuple[Highlight, ...]:
        """The matched stretches as offsets into `text`, in order, not overlapping, 100 at the most."""
        if language in STEMMED or _ACCENTED.search(text):
            spans = [match.span() for match in _MARKED_WORD.finditer(text) if self._matches(match.group(), language)]
        else:
            spans = self._by_beginnings(text)
        more = [(found.start, found.end) for found in variants(text) if found.term in self._variants]
        more += [span for phrase in self._phrases for span in phrase_spans(text, phrase)]
        if self._unspaced is not None:
            more += [match.span(1) for match in self._unspaced.finditer(text)]
        if more:
            spans = _merged(spans + more)
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

    def _matches(self, word: str, language: str | None = None) -> bool:
        known = self._known.get((word, language))
        if known is None:
            folded = fold(clean(word))
            known = folded in self._words or english_stem(word) in self._stems or self._has_form(word, language)
            self._known[word, language] = known
        return known

    def _has_form(self, word: str, language: str | None) -> bool:
        """Whether a word of a text in this language is a form of one that was asked for, or has a part in common."""
        if language not in STEMMED:
            return False
        if language not in self._forms:
            whole, parts = query_forms(self._query, (language,))
            self._forms[language] = frozenset((*whole, *parts))
        return not self._forms[language].isdisjoint(form_terms(clean(word), language))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order; what touches is one, for pairs of unspaced script and parts of one identifier do."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
