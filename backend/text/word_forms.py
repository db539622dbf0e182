"""Words of languages other than English by what their forms share, and German compounds by their parts.

Searching for Urlaub finds Urlaubstage, and for facturas finds factura. English is not here: the index has its stems in
place of its words (`analysis`). Every term begins with its language, so that nothing of one language is found in
another; a text without a language has none.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import tantivy
from pyphen import Pyphen

from backend.text.folding import fold, reduced, without_unspaced
from backend.text.function_words import OF_QUESTIONS

#: Languages whose endings are known.
STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# Their rules know letters without marks; the others' rules need them, as to tell the Spanish ending -ción.
_FOLDED_FIRST = frozenset({"ar", "el", "ru"})
_GERMAN = "de"
_LEAST_CHARS = 3
_LEAST_PART_CHARS = 4
_LEAST_COMPOUND_CHARS = 8
_LONGEST_CHARS = 40
# Letters within an identifier (INV_2031, K340T) are no word of any language.
_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?!\w)")
# What ends many words and is none: "-gung", "-keit".
_ENDING = re.compile(
    "[^aeiouyäöü]*(?:(?:ung|keit|heit|schaft)(?:en|s)?|(?:lich|isch|bar|los|sam)\\w*|ieren|chen|lein|innen)"
)


def form_terms(text: str, language: str | None) -> list[str]:
    """The distinct terms of a text, in the order of its words; none for a language that is not known here.

    `text` is clean.
    """
    if language not in STEMMED:
        return []
    found: dict[str, None] = {}
    for word in _words(text, language):
        found.update(dict.fromkeys((_stem(word, language), *compound_parts(word, language))))
    return list(found)


def query_forms(text: str, languages: Iterable[str]) -> tuple[dict[str, None], dict[str, None]]:
    """Of a question, in each of these languages: the words' terms, and those of the parts of compounds."""
    whole: dict[str, None] = {}
    parts: dict[str, None] = {}
    for language in sorted(STEMMED.keys() & set(languages)):
        for word in _words(text, language):
            whole[_stem(word, language)] = None
            parts.update(dict.fromkeys(compound_parts(word, language)))
    return whole, {part: None for part in parts if part not in whole}


@lru_cache(maxsize=65_536)
def compound_parts(word: str, language: str) -> tuple[str, ...]:
    """What a word in lower case may begin and end with as a word of its own, as terms; only of German.

    Words are parted where they may be hyphenated, so that of one compound there are a few parts that are none: nobody
    searches for them.
    """
    if language != _GERMAN or not _LEAST_COMPOUND_CHARS <= len(word) <= _LONGEST_CHARS:
        return ()
    found: dict[str, None] = {}
    patterns = _hyphenation()
    places = patterns.positions(word)
    patterns.hd.cache.clear()  # which keeps every word that it ever saw
    for place in places:
        # What is left must be a word too: "Arbeiter" is not made of "Arbeit" and "er".
        if place < _LEAST_PART_CHARS or len(word) - place < _LEAST_PART_CHARS:
            continue
        found[_stem(word[:place], language)] = None
        if not _ENDING.fullmatch(word[place:]):
            found[_stem(word[place:], language)] = None
    return tuple(found)


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    """A word in lower case without its ending, after the sign of its language."""
    if language == _GERMAN:
        word = reduced(fold(word))
    stems = _stemmer(language).analyze(word)
    return f"{language}0{fold(stems[0] if stems else word)}"


def _words(text: str, language: str) -> list[str]:
    """The distinct words in lower case that say something, in their order."""
    text = without_unspaced(text)
    words = dict.fromkeys(_WORD.findall(fold(text) if language in _FOLDED_FIRST else text.lower()))
    return [word for word in words if len(word) >= _LEAST_CHARS and word not in OF_QUESTIONS]


@cache
def _stemmer(language: str) -> tantivy.TextAnalyzer:
    stemmer = tantivy.Filter.stemmer(STEMMED[language])
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(stemmer).build()


@cache
def _hyphenation() -> Pyphen:
    return Pyphen(lang="de_DE", left=_LEAST_PART_CHARS, right=_LEAST_PART_CHARS)
