"""What answering needs from other parts of the house, as narrow as it uses them."""

from collections.abc import Sequence
from typing import Literal, Protocol

from backend.documents.access import Caller
from backend.documents.models import DocumentText
from backend.embedding.search.models import Filters, Hit, SearchResult


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


class Supported(Protocol):
    """`rag.support.Attribution`: a sentence of the answer and the stretch that supports it.

    `start` and `end` are offsets into the text of the passage's document version.
    """

    @property
    def answer_start(self) -> int: ...
    @property
    def answer_end(self) -> int: ...
    @property
    def passage_index(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def support(self) -> Literal["matched", "weak"]: ...
    @property
    def flags(self) -> Sequence[str]: ...


class Attributing(Protocol):
    """`rag.support.attribute` with its embedder."""

    async def __call__(
        self, answer: str, passages: Sequence[Hit], *, hints: Sequence[tuple[int, int]]
    ) -> Sequence[Supported]:
        """`hints` are (offset in the answer, passage index from 0), as the model claimed."""
        ...
