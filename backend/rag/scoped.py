"""The shelf as far as a question reaches: whatever is listed or counted for it keeps to where it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.access import Caller
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.documents.restriction import Restriction
from backend.embedding.search.models import Filters
from backend.rag.ports import Shelf


def restriction(filters: Filters) -> Restriction | None:
    """The filters of a search, for the heads of documents; None where they restrict nothing."""
    if filters.empty:
        return None
    return Restriction(
        sources=filters.sources,
        connections=filters.connections,
        authors=filters.authors,
        kinds=filters.kinds,
        languages=filters.languages,
        tags=filters.tags,
        paths=filters.paths,
        document_ids=filters.document_ids,
        after=filters.after,
        before=filters.before,
    )


class ScopedShelf:
    """A `Shelf` of what passes the filters of a question, for what asks it without knowing of them."""

    def __init__(self, shelf: Shelf, filters: Filters) -> None:
        self._shelf = shelf
        self._within = restriction(filters)

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> Mapping[str, int]:
        return await self._shelf.count_by_status(caller, within or self._within)

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[Sequence[DocumentRow], str | None]:
        query = replace(query, within=query.within or self._within)
        return await self._shelf.page(caller, query, before=before, limit=limit)
