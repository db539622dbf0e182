"""What the search reads from the truth for the hits that it returns, and the port through which it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.access import Caller
from backend.documents.models import Break


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A stored chunk: `text` is ``version_text[start:end]`` of that version of the document.

    `heading` and `page` are those of the largest part of it; `breaks`, if there are any, tell each part's.
    """

    chunk_id: str
    document_id: str
    version: int
    ordinal: int
    start: int
    end: int
    text: str
    heading: str | None = None
    page: int | None = None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """What a hit shows of its document, and what is checked again: access and filters.

    `holder` is whose it is. `file` is the hash of an original's bytes, with the suffix that says how they are read.
    """

    document_id: str
    external_id: str
    title: str
    url: str | None
    source: str
    kind: str
    version: int
    access: frozenset[str]
    modified_at: datetime
    author: str | None = None
    language: str | None = None
    connection_id: str | None = None
    tags: frozenset[str] = frozenset()
    path: str | None = None
    holder: str = ""
    same_as: str | None = None
    file: str | None = None

    @property
    def identities(self) -> frozenset[str]:
        """What two documents of one thing have in common: how its source calls it, or the bytes of its file."""
        return frozenset(name for name in (self.same_as, self.file) if name)


class ChunkSource(Protocol):
    """The stored chunks and heads. Unknown ids are left out of the answers. Errors: `Unavailable`."""

    async def load(
        self, chunk_ids: Sequence[str], document_ids: Sequence[str]
    ) -> tuple[Mapping[str, ChunkRow], Mapping[str, DocumentHead]]:
        """Chunks and heads by id, in one go: this is the one read of a search."""
        ...

    async def heads(self, document_ids: Sequence[str]) -> Mapping[str, DocumentHead]:
        """Heads by id."""
        ...

    async def copies(self, heads: Sequence[DocumentHead], *, caller: Caller) -> Sequence[DocumentHead]:
        """The documents that the caller may see and that have an identity in common with one of these.

        These are among them.
        """
        ...

    async def passage(self, document_id: str, version: int, start: int, end: int) -> str | None:
        """``text[start:end]`` of one version; None when that version is gone.

        Asked only where two neighbouring chunks do not touch.
        """
        ...
