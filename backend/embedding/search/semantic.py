"""The semantic leg: a question becomes a vector, the vector store gives its nearest chunks."""

from backend.embedding.models.base import Embedder
from backend.embedding.search.models import Filters, IndexHit
from backend.embedding.vector_store.base import VectorStore


class SemanticSearch:
    """Scores are cosine similarities, in [-1, 1]."""

    def __init__(self, embedder: Embedder, vector_store: VectorStore) -> None:
        self._embedder = embedder
        self._vector_store = vector_store

    async def search(self, query: str, *, limit: int, principals: frozenset[str], filters: Filters) -> list[IndexHit]:
        """The nearest chunks, best first. Errors: `UpstreamError`, `Unavailable`."""
        vector = await self._embedder.embed_query(query)
        return await self._vector_store.search(vector, limit=limit, principals=principals, filters=filters)
