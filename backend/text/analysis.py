"""Text to terms, the same for documents and questions, for every lexical backend, and for what is quoted.

In the index, English is stemmed and loses its function words; every other language keeps its words as they are, folded
(`folding`), and has what their forms share beside them (`word_forms`). Scripts that are written without spaces become
single characters and pairs of neighbours. What may be written in another way is there in that way too (`variants`), and
the names of the file and its folders are apart.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import tantivy

from backend.text.folding import UNSPACED, composed, fold, without_unspaced
from backend.text.function_words import ENGLISH
from backend.text.variants import acronym, variants
from backend.text.word_forms import query_forms

_LONGEST_TERM_BYTES = 64
# A pasted page as a question: the first terms say enough, and a query's cost grows with each.
_MOST_QUERY_TERMS = 128
# Of a table of part numbers: the first ones, for each word that the text has.
_VARIANTS_PER_WORD = 6
_FEW_WORDS = 2
_WORD = re.compile(r"[^\W_]+")


def _builder() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM_BYTES))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


def terms_analyzer() -> tantivy.TextAnalyzer:
    """For terms that are ready-made, between spaces."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


_PLAIN = _builder().build()
_ENGLISH = (
    _builder().filter(tantivy.Filter.custom_stopword(sorted(ENGLISH))).filter(tantivy.Filter.stemmer("english")).build()
)
_STEMMER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()


def clean(text: str) -> str:
    """Compatibility forms unified (full width, ligatures); lone surrogates, which no index can store, replaced."""
    return text if text.isascii() else composed(text).encode("utf-8", "replace").decode("utf-8")


def is_english(text: str, language: str | None) -> bool:
    """Whether text is indexed as English. Where detection gave nothing (too short), plain ASCII counts as English."""
    return language == "en" or (language is None and text.isascii())


def english_terms(text: str) -> list[str]:
    """Stems in the order of the text, without function words. `text` is clean."""
    return _ENGLISH.analyze(fold(without_unspaced(text)))


def plain_terms(text: str) -> list[str]:
    """Folded words in the order of the text. `text` is clean."""
    return _PLAIN.analyze(fold(without_unspaced(text)))


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


def variant_terms(text: str) -> list[str]:
    """What a text's words may be written like besides; bounded by the number of its words. `text` is clean."""
    most = _VARIANTS_PER_WORD * (text.count(" ") + text.count("\n") + 10)
    found: list[str] = []
    for variant in variants(text):
        found.append(variant.term)
        if len(found) >= most:
            break
    return found


def name_terms(name: str | None) -> list[str]:
    """The distinct words of a file's name or of a path, with the parts that they are joined of."""
    if not name:
        return []
    names = clean(name)
    return list(dict.fromkeys([*plain_terms(names), *unspaced_terms(names, query=False), *variant_terms(names)]))


class Phrase:
    """Words that must stand beside one another, for each kind of field; empty where it has no words of that kind."""

    __slots__ = ("english", "plain", "unspaced")

    def __init__(self, text: str) -> None:
        text = clean(text)
        self.english: Sequence[str] = english_terms(text)[:_MOST_QUERY_TERMS]
        self.plain: Sequence[str] = plain_terms(text)[:_MOST_QUERY_TERMS]
        self.unspaced: Sequence[str] = unspaced_terms(text, query=True)[:_MOST_QUERY_TERMS]

    def __bool__(self) -> bool:
        """Whether an index can look for it; one of English function words is in no English text."""
        return bool(self.english or self.unspaced)


class QueryTerms:
    """A question as weighted terms (how often each occurs in it) for each kind of field.

    `variants`: its words and the other ways to write them, as `variant_terms` gives those of a document; `named`: the
    same with unspaced terms, as `name_terms` gives them; `forms` and `parts`: its words as words of each of the
    `languages`, and the parts of their compounds if these are wanted.
    """

    __slots__ = ("english", "forms", "named", "parts", "plain", "unspaced", "variants")

    def __init__(self, query: str, *, languages: Iterable[str] = (), parts: bool = True) -> None:
        text = clean(query)
        words = plain_terms(text)
        written = dict.fromkeys([*(variant.term for variant in variants(text) if variant.whole), *_acronyms(text)])
        others = " ".join(term for term in written if term not in words)
        self.english = _counted([*english_terms(text), *english_terms(others)])
        self.plain = _counted([*words, *plain_terms(others)])
        self.unspaced = _counted(unspaced_terms(text, query=True))
        self.variants = _counted([*(word for word in words if word not in ENGLISH), *written], once=True)
        self.named = _counted([*self.variants, *self.unspaced], once=True)
        whole, of_compounds = query_forms(text, languages)
        self.forms = _counted([*whole], once=True)
        self.parts = _counted([*of_compounds] if parts else [], once=True)

    def __bool__(self) -> bool:
        return bool(self.english or self.plain or self.unspaced)


def document_terms(text: str, language: str | None) -> list[str]:
    """A document's terms, for backends that take them ready-made; its words come first, in their order."""
    text = clean(text)
    words = english_terms(text) if is_english(text, language) else plain_terms(text)
    return [*words, *unspaced_terms(text, query=False)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word in lower case without accents, without its English ending; figures and other scripts stay as they are."""
    if not word.isascii() or not word.isalpha():
        return word
    return _STEMMER.analyze(word)[0]


@lru_cache(maxsize=20_000)
def english_stem(word: str) -> str | None:
    """One word's stem as the index has it; None for a function word."""
    stems = english_terms(clean(word))
    return stems[0] if stems else None


def _acronyms(text: str) -> Iterable[str]:
    """Of a question in capitals, or of one or two words: what may name something though it is a function word."""
    words = _WORD.findall(text)
    for word in words:
        if len(words) <= _FEW_WORDS:
            word = word.upper()
        if term := acronym(word):
            yield term


def _counted(terms: list[str], *, once: bool = False) -> Counter[str]:
    return Counter(dict.fromkeys(terms[:_MOST_QUERY_TERMS], 1)) if once else Counter(terms[:_MOST_QUERY_TERMS])
