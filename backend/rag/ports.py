"""What answering needs from other parts of the house, as narrow as it uses them."""

from collections.abc import Sequence
from typing import Literal, Protocol

from backend.documents.access import Caller
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


class Quote(Protocol):
    """`llm.extractive.QuotedSentence`: `text` is `passages[passage_index][start:end]`."""

    @property
    def passage_index(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


class QuotedAnswer(Protocol):
    """`llm.extractive.ExtractiveAnswer`."""

    @property
    def abstained(self) -> bool: ...
    @property
    def sentences(self) -> Sequence[Quote]: ...


class Quoting(Protocol):
    """`llm.extractive.ExtractiveAnswerer`."""

    async def answer(self, question: str, passages: Sequence[str]) -> QuotedAnswer:
        """The sentences that answer a question, best first, or an abstention."""
        ...


class Supported(Protocol):
    """`rag.support.Attribution`: a sentence of the answer and the stretch of a passage that supports it."""

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
        self, answer: str, passages: Sequence[str], *, hints: Sequence[tuple[int, int]]
    ) -> Sequence[Supported]:
        """`hints` are (offset in the answer, passage index from 0), as the model claimed."""
        ...
