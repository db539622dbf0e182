"""Whether every word of a question is met in a text, by meaning.

A passage may be about the right thing and lack what is asked of it: "phone number" is not met by a name and a mail
address. The cosine of whole sentences hardly shows that; the question's word that is met worst does (docs/adr/0024).
"""

import numpy as np

from backend.embedding.models.base import Embedder
from backend.llm.terms import content_words

# Words of a text that are compared; a window around a sentence has about 40.
_MAX_WORDS = 64


async def weakest_match(question: str, text: str, embedder: Embedder) -> float:
    """The cosine of the question's worst met word to the word of `text` that is nearest to it; 1 if all are there.

    Words are compared without their endings first, so that only those that are missing cost the encoder anything.
    Errors: `UpstreamError` of the embedder.
    """
    present = content_words(text)
    missing = [word for term, word in content_words(question).items() if term not in present]
    if not missing:
        return 1.0
    if not present:
        return 0.0
    there = list(present.values())[:_MAX_WORDS]
    vectors = await embedder.embed_queries([*missing, *there])
    nearest = np.max(vectors[: len(missing)] @ vectors[len(missing) :].T, axis=1)
    return float(np.clip(np.min(nearest), 0.0, 1.0))
