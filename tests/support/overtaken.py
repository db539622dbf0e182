"""A library that somebody else overtakes: something happens between a look at what is there and the writes after it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

from backend.db.collection import Record
from backend.documents.citations import CitationRepository
from backend.documents.connected import Indexer
from backend.documents.library import LibraryService
from backend.documents.repository import DocumentRepository, Known
from backend.documents.texts import VersionRepository
from backend.settings import Settings
from tests.support.library import Library

type Look = Literal["unscoped_known", "unscoped_by_key", "unscoped_children"]


class _Overtaken(DocumentRepository):
    def __init__(self, library: Library, action: Callable[[], Awaitable[Any]], after: Look) -> None:
        super().__init__(library.database)
        self._action: Callable[[], Awaitable[Any]] | None = action
        self._after = after

    async def unscoped_known(self, keys: Sequence[str]) -> dict[str, Known]:
        known = await super().unscoped_known(keys)
        await self._looked("unscoped_known")
        return known

    async def unscoped_by_key(self, keys: Sequence[str], fields: Sequence[str]) -> list[Record]:
        heads = await super().unscoped_by_key(keys, fields)
        await self._looked("unscoped_by_key")
        return heads

    async def unscoped_children(self, parent_ids: Sequence[str]) -> list[Record]:
        heads = await super().unscoped_children(parent_ids)
        await self._looked("unscoped_children")
        return heads

    async def _looked(self, look: Look) -> None:
        if look == self._after and self._action is not None:
            action, self._action = self._action, None
            await action()


def overtaken(
    library: Library, action: Callable[[], Awaitable[Any]], *, after: Look, indexer: Indexer | None = None
) -> LibraryService:
    """The library over the same data; `action` happens once, right after the first look of this kind."""
    return LibraryService(
        documents=_Overtaken(library, action, after),
        versions=VersionRepository(library.database),
        citations=CitationRepository(library.database),
        blobs=library.parts.blobs,
        indexer=indexer or library.parts.indexing,
        limits=Settings(_env_file=None).upload,
    )
