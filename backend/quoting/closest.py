"""The sentence of each passage that comes closest to a question, whether it answers or not.

It is what quoting would rank first of that passage, without the question whether that is enough.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backend.embedding.models.base import Embedder
from backend.embedding.models.traits import traits_of
from backend.embedding.search.models import Hit
from backend.quoting.asked_words import matter
from backend.quoting.candidates import Candidate
from backend.quoting.extractive import add_cosines, ranked_by_words

# Sentences of each passage that are embedded, 2.5 ms of processor time each: the most promising by their words.
_EMBEDDED_EACH = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """``[start:end]`` of the text of a document's version."""

    start: int
    end: int


async def closest_sentences(embedder: Embedder, question: str, passages: Sequence[Hit]) -> tuple[Stretch | None, ...]:
    """One for each passage, in their order and within it; None for one without a sentence of its own (where passages
    overlap, a sentence is that of one of them). Errors: `UpstreamError` of the embedder.
    """
    _, ranked, _ = await asyncio.to_thread(ranked_by_words, question, matter(question), passages)
    of_passage: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in ranked:
        hit, own = passages[candidate.passage], of_passage[candidate.passage]
        if len(own) < _EMBEDDED_EACH and hit.start <= candidate.start < candidate.end <= hit.end:
            own.append(candidate)
    tried = [candidate for own in of_passage.values() for candidate in own]
    if not tried:
        return (None,) * len(passages)
    question_vector, vectors = await asyncio.gather(
        embedder.embed_query(question),
        embedder.embed_sentences([candidate.embedded(passages[candidate.passage]) for candidate in tried]),
    )
    add_cosines(tried, passages, vectors, traits_of(embedder.model_id).answers(vectors @ question_vector))
    best = {
        number: max(own, key=lambda candidate: (candidate.score, -candidate.start))
        for number, own in of_passage.items()
        if own
    }
    return tuple(
        Stretch(best[number].start, best[number].end) if number in best else None for number in range(len(passages))
    )
