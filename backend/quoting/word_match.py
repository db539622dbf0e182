"""How well each word of a question is met in a text, by meaning.

A passage may be about the right thing and lack what is asked of it: "phone number" is not met by a name and a mail
address. The cosine of whole sentences hardly shows that; the question's words that are met worst do (docs/adr/0090).
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.embedding.models.base import Embedder, Vectors
from backend.embedding.models.traits import traits_of
from backend.text.analysis import clean
from backend.text.terms import content_words, other_spellings
from backend.text.word_forms import STEMMED, form_terms

# Words of a text that are compared; a window around a sentence has about 40.
_MAX_WORDS = 64
# 6 MB of vectors of 384 numbers. A library uses the same words again and again, so most need no encoder.
_KEPT_WORDS = 4096


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A content word of the question: its cosine, 0 to 1, to the nearest word of the sentence and of the text around.

    1 if it stands there itself, in any form.
    """

    term: str
    in_sentence: float
    near: float


class WordVectors:
    """Vectors of single words, those last used kept in memory; belongs to one event loop."""

    def __init__(self, embedder: Embedder, *, kept_words: int = _KEPT_WORDS) -> None:
        self._embedder = embedder
        self._kept_words = kept_words
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        #: How near two of the words are, from their cosine.
        self.scale = traits_of(embedder.model_id).words

    async def of(self, words: Sequence[str]) -> Vectors:
        """Unit vectors, one row for each word. Errors: `UpstreamError` of the embedder."""
        missing = [word for word in dict.fromkeys(words) if word not in self._kept]
        # Taken before anything is dropped, and before another question may drop it.
        known = {word: self._kept[word] for word in words if word in self._kept}
        if missing:
            known.update(zip(missing, await self._embedder.embed_sentences(missing), strict=True))
        for word, vector in known.items():
            self._kept[word] = vector
            self._kept.move_to_end(word)
        while len(self._kept) > self._kept_words:
            self._kept.popitem(last=False)
        return np.stack([known[word] for word in words])


async def match_words(
    question: str, sentence: str, around: str, vectors: WordVectors, language: str | None = None
) -> tuple[WordMatch, ...]:
    """One for each content word of the question; `around` includes the sentence, `language` is the text's.

    Words are compared without their endings first, so that the encoder is asked only if some are missing.
    Errors: `UpstreamError` of the embedder.
    """
    wanted, here, there = content_words(question), content_words(sentence), content_words(around)
    said = standing(wanted, sentence, language)
    missing = [word for term, word in wanted.items() if term not in said]
    if not missing:
        return tuple(WordMatch(term, 1.0, 1.0) for term in wanted)
    words = list((here | there).values())[:_MAX_WORDS]
    if not words:
        return tuple(WordMatch(term, 0.0, 0.0) for term in wanted)
    found_vectors = await vectors.of([*missing, *words])
    cosines = np.clip(vectors.scale(found_vectors[: len(missing)] @ found_vectors[len(missing) :].T), 0.0, 1.0)
    near = standing(wanted, around, language)
    # The sentence's words come first.
    spoken = min(len(here), len(words))
    found: list[WordMatch] = []
    rows = iter(cosines)
    for term in wanted:
        if term in said:
            found.append(WordMatch(term, 1.0, 1.0))
            continue
        row = next(rows)
        in_sentence = float(row[:spoken].max()) if spoken else 0.0
        found.append(WordMatch(term, in_sentence, 1.0 if term in near else float(row.max())))
    return tuple(found)


def standing(wanted: Mapping[str, str], text: str, language: str | None) -> frozenset[str]:
    """Of the wanted terms, each with its word, those that stand in a text in this language in any way to write them."""
    there = content_words(text)
    spelt = other_spellings(text)
    missing = {term: word for term, word in wanted.items() if term not in there and term not in spelt}
    found = wanted.keys() - missing.keys()
    if missing:
        found |= _in_other_forms(missing, text, language)
        found |= _together(missing, wanted, there)
    return frozenset(found)


def _together(missing: Mapping[str, str], wanted: Mapping[str, str], there: Mapping[str, str]) -> set[str]:
    """Terms that the text writes as two words, or as one with the wanted word next to it: "check list", "checklist"."""
    pairs = {_joined(one, other) for one, other in pairwise(there.values())}
    found = {term for term in missing if term in pairs}
    for (one, first), (other, second) in pairwise(wanted.items()):
        if _joined(first, second) in there:
            found |= {one, other} & missing.keys()
    return found


def _joined(one: str, other: str) -> str:
    return next(iter(content_words(one + other)), "")


def _in_other_forms(wanted: Mapping[str, str], text: str, language: str | None) -> set[str]:
    """Of the wanted terms, each with its word, those that a text in this language has another form of, or a part."""
    if language not in STEMMED:
        return set()
    there = frozenset(form_terms(clean(text), language))
    return {term for term, word in wanted.items() if not there.isdisjoint(form_terms(clean(word), language))}
