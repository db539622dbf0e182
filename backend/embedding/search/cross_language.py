"""Questions in one language over documents in another, where the model reads both (docs/adr/0196).

Such a question shares names and figures with what it asks for, and hardly a word: what the word leg finds in another
language is noise, and is dropped. And a passage is further from such a question than from one in its own language, by
more than it is from its neighbours: its best sentence tells it better, so the nearest passages are compared again by
that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backend.access import Caller
from backend.embedding.models.base import Embedder
from backend.embedding.models.traits import traits_of
from backend.embedding.search.hydration import ChunkRow, ChunkSource
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters, IndexHit
from backend.embedding.search.semantic import FAR_BELOW
from backend.text.language_id import foreign_to, language_of
from backend.text.sentences import split_sentences
from backend.text.variants import identifiers

# Passages that are compared by their sentences, each 2 to 5 ms of processor time.
_COMPARED = 20
_SENTENCES = 8
_SENTENCE_CHARS = 400
# Of what answers a question in another language, 49 of 50 reach it, for the lowest is Arabic; of what does not, 3 of 4
# do, for the languages lie too near to one another to leave out more.
_FAR_BELOW_ACROSS = 0.1


@dataclass(frozen=True, slots=True)
class Compared:
    """The candidates of both legs, best first, and the score below which what meaning found is about something else."""

    semantic: Sequence[IndexHit]
    lexical: Sequence[IndexHit] | None
    far_below: float


class CrossLanguage:
    """What a question's language means for its candidates; for a model of one language, nothing."""

    def __init__(self, embedder: Embedder, chunks: ChunkSource) -> None:
        self._embedder = embedder
        self._chunks = chunks
        self._traits = traits_of(embedder.model_id)

    async def foreign(self, query: str) -> frozenset[str]:
        """The languages that the query is not in; none where that is not clear, or does not matter."""
        return await asyncio.to_thread(foreign_to, query) if self._traits.many_languages else frozenset()

    async def unread(self, caller: Caller, query: str, lexical: LexicalIndex) -> bool:
        """Whether the query is in a language that no document of the caller has in common with it: then its words are
        not misspelt, they are of another language. Errors: `Unavailable`.
        """
        if not self._traits.many_languages:
            return False
        language = await asyncio.to_thread(language_of, query)
        if language is None:
            return False
        there = Filters(languages=frozenset({language}))
        return not await lexical.search(query, limit=1, principals=caller.principals, filters=there)

    async def compared(
        self, query: str, foreign: frozenset[str], semantic: Sequence[IndexHit], lexical: Sequence[IndexHit] | None
    ) -> Compared:
        """Both legs' candidates: without the words of other languages, and what is nearest in order of its sentences.

        `lexical`: None if that leg failed. A name with figures is the same in all languages, and so is its word leg.

        Errors: `Unavailable` when the documents cannot be read, `UpstreamError` of the embedder.
        """
        nearest = semantic[:_COMPARED]
        of_words = lexical or ()
        heads = await self._chunks.heads(list(dict.fromkeys(hit.document_id for hit in (*of_words, *nearest))))
        elsewhere = {id_ for id_, head in heads.items() if head.language in foreign}
        kept = lexical
        if lexical is not None and not _has_identifier(query):
            kept = [hit for hit in lexical if hit.document_id not in elsewhere]
        abroad = [hit for hit in nearest if hit.document_id in elsewhere]
        if not abroad:
            return Compared(semantic, kept, FAR_BELOW)
        rows, _ = await self._chunks.load([hit.chunk_id for hit in abroad], [])
        best = await self._best_sentences(query, rows)
        scored = [
            replace(hit, score=(hit.score + best[hit.chunk_id]) / 2) if hit.chunk_id in best else hit
            for hit in semantic
        ]
        return Compared(sorted(scored, key=lambda hit: -hit.score), kept, _FAR_BELOW_ACROSS)

    async def _best_sentences(self, query: str, rows: Mapping[str, ChunkRow]) -> dict[str, float]:
        """Of each chunk, by its id, how near its best sentence is to the question; its own vector has the title."""
        owners, sentences = [], []
        for chunk_id, row in rows.items():
            for sentence in split_sentences(row.text)[:_SENTENCES]:
                owners.append(chunk_id)
                sentences.append(row.text[sentence.start : sentence.end][:_SENTENCE_CHARS])
        if not sentences:
            return {}
        vectors, question = await asyncio.gather(
            self._embedder.embed_sentences(sentences), self._embedder.embed_query(query)
        )
        best: dict[str, float] = {}
        for chunk_id, score in zip(owners, map(float, self._traits.answers(vectors @ question)), strict=True):
            best[chunk_id] = max(score, best.get(chunk_id, score))
        return best


def _has_identifier(query: str) -> bool:
    """TK-3130 and LX 204 are ones, "in 1943" is not."""
    found = [query[one.start : one.end] for one in identifiers(query)]
    return any(" " not in one or any("A" <= sign <= "Z" for sign in one) for one in found)
