"""How well each word of a question is met in a text, by meaning.

A passage may be about the right thing and lack what is asked of it: "phone number" is not met by a name and a mail
address. The cosine of whole sentences hardly shows that; the question's words that are met worst do (docs/adr/0090).
"""

from dataclasses import dataclass

import numpy as np

from backend.embedding.models.base import Embedder
from backend.llm.terms import content_words

# Words of a text that are compared; a window around a sentence has about 40.
_MAX_WORDS = 64


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A content word of the question: its cosine, 0 to 1, to the nearest word of the sentence and of the text around.

    1 if it stands there itself, in any form.
    """

    term: str
    in_sentence: float
    near: float


async def match_words(question: str, sentence: str, around: str, embedder: Embedder) -> tuple[WordMatch, ...]:
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
    vectors = await embedder.embed_queries([*missing, *words])
    cosines = np.clip(vectors[: len(missing)] @ vectors[len(missing) :].T, 0.0, 1.0)
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
