"""The lexical index port: words in, chunks out. Access is part of every query."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit


class LexicalIndex(Protocol):
    """Implementations: `lexical_tantivy`, `lexical_mongodb`; the tests' fake is in memory.

    What was upserted or deleted is visible to `search` when the awaited call returns. Errors: `Unavailable` when it
    does not answer, `DocumentRefused` for what it will never take.
    """

    async def upsert(self, entries: Sequence[IndexEntry]) -> None: ...
    async def delete_documents(self, document_ids: Sequence[str]) -> None: ...
    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None: ...
    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        """Replaces who may see every chunk of these documents, by document id; unknown ids are ignored.

        `paths`: where those documents lie now, as far as it is told; it is written in the same go.

        No text is indexed again.
        """
        ...

    async def search(self, query: str, *, limit: int, principals: frozenset[str], filters: Filters) -> list[IndexHit]:
        """The best chunks by BM25 (or the backend's own score), best first. A query without words gives none."""
        ...

    async def count(self) -> int: ...
    async def clear(self) -> None: ...
    async def ping(self) -> None: ...
    async def close(self) -> None: ...
