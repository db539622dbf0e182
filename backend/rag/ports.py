"""What answering needs from other parts of the house, as narrow as it uses them."""

from typing import Literal, Protocol

from backend.access import Caller
from backend.documents.models import DocumentText
from backend.embedding.search.models import Filters, SearchResult


class PassageSearch(Protocol):
    """`embedding.search.service.SearchService`."""

    async def search(
        self, caller: Caller, query: str, *, filters: Filters, limit: int, group: Literal["chunk"]
    ) -> SearchResult:
        """Passages that the caller may see, best first."""
        ...


class VersionTexts(Protocol):
    """`documents.library.LibraryService`."""

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        """The stored text of a version. Errors: `NotFound`, also for what the caller may not see."""
        ...
