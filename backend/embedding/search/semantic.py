"""The semantic leg: a question becomes a vector, the vector store gives its nearest chunks."""

from dataclasses import replace

from backend.embedding.models.base import Embedder
from backend.embedding.models.traits import traits_of
from backend.embedding.search.models import Filters, IndexHit
from backend.embedding.vector_store.base import VectorStore

#: The similarity below which a passage is about something else. Of Cranfield's 2,506 passages ten at the most reach it
#: for nine of ten questions about holidays, car parks or recipes; of its relevant ones more than nine in ten do, and
#: most of the rest have words of their question.
FAR_BELOW = 0.25


class SemanticSearch:
    """Scores are cosines on the scale that all models share (`models.traits`), at most 1."""

    def __init__(self, embedder: Embedder, vector_store: VectorStore) -> None:
        self._embedder = embedder
        self._traits = traits_of(embedder.model_id)
        self._vector_store = vector_store

    @property
    def far_below(self) -> float | None:
        """The score below which a passage is about something else; None where it is not known of the model."""
        return FAR_BELOW if self._traits.fitted else None

    async def search(self, query: str, *, limit: int, principals: frozenset[str], filters: Filters) -> list[IndexHit]:
        """The nearest chunks, best first. Errors: `UpstreamError`, `Unavailable`."""
        vector = await self._embedder.embed_query(query)
        found = await self._vector_store.search(vector, limit=limit, principals=principals, filters=filters)
        scored = [replace(hit, score=self._traits.answers(hit.score)) for hit in found]
        # Equal scores (copies) in an order that the ids alone decide, not what else is in the store.
        return sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))
