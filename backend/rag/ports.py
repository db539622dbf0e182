"""What answering needs from other parts of the house, as narrow as it uses them."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.documents.restriction import Restriction
from backend.embedding.search.models import Filters, SearchResult


class PassageSearch(Protocol):
    """`embedding.search.service.SearchService`."""

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: Literal["chunk", "document"],
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        """Passages that the caller may see, best first; with group "document" the best of each. `strict`: without those
        that are far away and have no word of the query. `spelling`: a word that no document has is taken for a near one
        that one has.
        """
        ...


class VersionTexts(Protocol):
    """`documents.library.LibraryService`."""

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        """The stored text of a version. Errors: `NotFound`, also for what the caller may not see."""
        ...


class Shelf(Protocol):
    """`documents.library.LibraryService`: which documents the caller may see."""

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> Mapping[str, int]:
        """How many there are in each status; `within`: of these alone."""
        ...

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[Sequence[DocumentRow], str | None]:
        """The newest first, and the id to go on from."""
        ...
