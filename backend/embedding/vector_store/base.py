"""The vector store port. Access is part of every query: an implementation never returns an unchecked hit."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.embedding.models.base import Vectors
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit


class VectorStore(Protocol):
    """Implementations: `faiss`, `chroma` (in process and server), `pinecone`; the tests' fake is in memory.

    A store belongs to one embedding model: `open` with another model id or dimension starts an empty one.
    Writes are idempotent by chunk id. Errors: `Unavailable` when the store does not answer, `DocumentRefused` for what
    it will never take.
    """

    async def upsert(self, entries: Sequence[IndexEntry]) -> None: ...

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        """Removes every chunk of these documents; unknown ids are ignored."""
        ...

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None: ...

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        """Replaces who may see every chunk of these documents, by document id; unknown ids are ignored.

        `paths`: where those documents lie now, as far as it is told; it is written in the same go.

        No document is indexed again: what it costs does not depend on how long the documents are, as far as the
        backend allows.
        """
        ...

    async def search(
        self, vector: Vectors, *, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        """The nearest chunks by cosine similarity that the principals may see and the filters allow, best first."""
        ...

    async def count(self) -> int: ...
    async def clear(self) -> None: ...
    async def ping(self) -> None: ...
    async def close(self) -> None: ...
