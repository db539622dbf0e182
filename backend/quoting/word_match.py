"""How well each word of a question is met in a text, by meaning.

A passage may be about the right thing and lack what is asked of it: "phone number" is not met by a name and a mail
address. The cosine of whole sentences hardly shows that; the question's words that are met worst do (docs/adr/0090).
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.embedding.models.base import Embedder, Vectors
from backend.text.terms import content_words

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

    async def of(self, words: Sequence[str]) -> Vectors:
        """Unit vectors, one row for each word. Errors: `UpstreamError` of the embedder."""
        missing = [word for word in dict.fromkeys(words) if word not in self._kept]
        # Taken before anything is dropped, and before another question may drop it.
        known = {word: self._kept[word] for word in words if word in self._kept}
        if missing:
            known.update(zip(missing, await self._embedder.embed_queries(missing), strict=True))
        for word, vector in known.items():
            self._kept[word] = vector
            self._kept.move_to_end(word)
        while len(self._kept) > self._kept_words:
            self._kept.popitem(last=False)
        return np.stack([known[word] for word in words])


async def match_words(question: str, sentence: str, around: str, vectors: WordVectors) -> tuple[WordMatch, ...]:
    """One for each content word of the question; `around` includes the sentence.

    Words are compared without their endings first, so that the encoder is asked only if some are missing.
    Errors: `UpstreamError` of the embedder.
    """
    wanted, here, there = content_words(question), content_words(sentence), content_words(around)
    missing = [word for term, word in wanted.items() if term not in here]
    if not missing:
        return tuple(WordMatch(term, 1.0, 1.0) for term in wanted)
    words = list((here | there).values())[:_MAX_WORDS]
    if not words:
        return tuple(WordMatch(term, 0.0, 0.0) for term in wanted)
    found_vectors = await vectors.of([*missing, *words])
    cosines = np.clip(found_vectors[: len(missing)] @ found_vectors[len(missing) :].T, 0.0, 1.0)
    # The sentence's words come first.
    spoken = min(len(here), len(words))
    found: list[WordMatch] = []
    rows = iter(cosines)
    for term in wanted:
        if term in here:
            found.append(WordMatch(term, 1.0, 1.0))
            continue
        row = next(rows)
        in_sentence = float(row[:spoken].max()) if spoken else 0.0
        found.append(WordMatch(term, in_sentence, 1.0 if term in there else float(row.max())))
    return tuple(found)
