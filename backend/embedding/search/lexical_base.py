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

    async def search(
        self,
        query: str,
        *,
        limit: int,
        principals: frozenset[str],
        filters: Filters,
        phrases: Sequence[str] = (),
        parts: bool = True,
    ) -> list[IndexHit]:
        """The best chunks by BM25 (or the backend's own score), best first. A query without words gives none.

        `phrases`: their words must stand beside one another in the chunk or its title. What is found may have other
        endings, and function words between them.
        `parts`: a German compound of the query also finds what has a part of it (Urlaubstage: Urlaub).
        """
        ...

    async def similar(self, word: str, *, limit: int, principals: frozenset[str], edits: int) -> list[IndexHit]:
        """Chunks with a word that is spelt nearly like this one, in no order.

        `edits`: how many letters (1 or 2) may be missing, added, exchanged or swapped. The first letter is the same.
        A backend may give fewer than there are, or those with one edit only.
        """
        ...

    async def count(self) -> int: ...
    async def clear(self) -> None: ...
    async def ping(self) -> None: ...
    async def close(self) -> None: ...
