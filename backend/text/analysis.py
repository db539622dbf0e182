"""Text to terms, the same for documents and questions, for every lexical backend, and for what is quoted.

In the index, English is stemmed and loses its function words; every other language keeps its words as they are, in
lower case and without accents. Scripts that are written without spaces become single characters and pairs of
neighbours.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import tantivy

from backend.text.function_words import ENGLISH

#: Runs of kana, Han, Hangul, Thai, Lao, Burmese, Khmer.
UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003134f]+"
)
_LONGEST_TERM_BYTES = 64
# A pasted page as a question: the first terms say enough, and a query's cost grows with each.
_MOST_QUERY_TERMS = 128


def _builder() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


def plain_analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case without accents."""
    return _builder().build()


def english_analyzer() -> tantivy.TextAnalyzer:
    """Like `plain_analyzer`, without function words and reduced to stems."""
    return (
        _builder()
        .filter(tantivy.Filter.custom_stopword(sorted(ENGLISH)))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def unspaced_analyzer() -> tantivy.TextAnalyzer:
    """For what `unspaced_terms` gives: terms between spaces."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


_PLAIN = plain_analyzer()
_ENGLISH = english_analyzer()
_STEMMER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()


def clean(text: str) -> str:
    """Compatibility forms unified (full width, ligatures); lone surrogates, which no index can store, replaced."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode("utf-8")


def is_english(text: str, language: str | None) -> bool:
    """Whether text is indexed as English. Where detection gave nothing (too short), plain ASCII counts as English."""
    return language == "en" or (language is None and text.isascii())


def without_unspaced(text: str) -> str:
    """The text with runs of unspaced script blanked out."""
    return text if text.isascii() else UNSPACED.sub(" ", text)


def unspaced_terms(text: str, *, query: bool) -> list[str]:
    """Characters and neighbouring pairs of unspaced scripts; of a query only pairs, unless a run is one character."""
    if text.isascii():
        return []
    terms: list[str] = []
    for run in UNSPACED.findall(text):
        if len(run) == 1 or not query:
            terms.extend(run)
        terms.extend(run[at : at + 2] for at in range(len(run) - 1))
    return terms


class QueryTerms:
    """A question as weighted terms (how often each occurs in it) for each kind of field."""

    __slots__ = ("english", "plain", "unspaced")

    def __init__(self, query: str) -> None:
        text = clean(query)
        words = without_unspaced(text)
        self.english = _counted(_ENGLISH.analyze(words))
        self.plain = _counted(_PLAIN.analyze(words))
        self.unspaced = _counted(unspaced_terms(text, query=True))

    def __bool__(self) -> bool:
        return bool(self.english or self.plain or self.unspaced)


def document_terms(text: str, language: str | None) -> list[str]:
    """A document's terms, for backends that take them ready-made."""
    text = clean(text)
    analyzer = _ENGLISH if is_english(text, language) else _PLAIN
    return [*analyzer.analyze(without_unspaced(text)), *unspaced_terms(text, query=False)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word in lower case without accents, without its English ending; figures and other scripts stay as they are."""
    if not word.isascii() or not word.isalpha():
        return word
    return _STEMMER.analyze(word)[0]


@lru_cache(maxsize=20_000)
def english_stem(word: str) -> str | None:
    """One word's stem as the index has it; None for a function word."""
    stems = _ENGLISH.analyze(clean(word))
    return stems[0] if stems else None


def _counted(terms: list[str]) -> Counter[str]:
    return Counter(terms[:_MOST_QUERY_TERMS])
