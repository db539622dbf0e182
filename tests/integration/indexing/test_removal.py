"""What is inside a deleted document goes with it, whatever cuts the deletion short or stores more meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.models import Document, Embedded
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENTS
from backend.embedding.indexing.state import TOMBSTONES, IndexStateRepository
from backend.errors import Unavailable
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library

#: More than one batch of a deletion holds.
MANY = 250


class Down(MemoryVectorStore):
    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        raise Unavailable("the disk is gone", dependency="vector_store")


async def archive_of(library: Library, ada: Caller, members: int) -> Document:
    """An archive with so many members that nobody has read yet."""
    archive = await library.service.get(ada, await library.add_file(ada, "a.zip", b"of walnuts"))
    await library.service.store_children(archive, [Embedded(f"{n}.txt", b"Walnuts.") for n in range(members)])
    return archive


async def heads(library: Library) -> int:
    return await library.database.collection(DOCUMENTS).count({})


async def test_deleting_a_large_archive_that_is_cut_short_takes_every_member(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, store=Down(), work=False) as library:
        archive = await archive_of(library, ada, MANY)
        with pytest.raises(Unavailable):
            await library.service.delete(ada, archive.id)
        assert await heads(library) == 0, "what nobody could delete any more is gone before an index is asked"
    async with open_library(tmp_path, work=False) as library:
        assert await library.database.collection(TOMBSTONES).count({"open": True}) == 0


async def test_a_deletion_that_dies_before_it_looks_inside_is_finished_with_every_member(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted = DocumentRepository.unscoped_delete

    async def dying(self: DocumentRepository, document_ids: Sequence[str]) -> None:
        await deleted(self, document_ids)
        raise Unavailable("the process dies here", dependency="database")

    async with open_library(tmp_path, work=False) as library:
        archive = await archive_of(library, ada, MANY)
        inner = await library.database.collection(DOCUMENTS).find_one({"parent_id": archive.id})
        assert inner is not None
        member = await library.service.get(ada, inner["_id"])
        await library.service.store_children(member, [Embedded("inner.txt", b"Hazelnuts.")])
        monkeypatch.setattr(DocumentRepository, "unscoped_delete", dying)
        with pytest.raises(Unavailable):
            await library.service.delete(ada, archive.id)
    monkeypatch.undo()
    async with open_library(tmp_path, work=False) as library:
        assert await heads(library) == 0
        assert await library.database.collection(TOMBSTONES).count({"open": True}) == 0


async def test_members_that_are_stored_right_before_their_archive_is_deleted_go_with_it(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury = IndexStateRepository.bury
    async with open_library(tmp_path, work=False) as library:
        archive = await archive_of(library, ada, 0)

        async def overtaken(
            self: IndexStateRepository, document_ids: Sequence[str], blobs: dict[str, str], *, seq: int, now: datetime
        ) -> None:
            monkeypatch.setattr(IndexStateRepository, "bury", bury)
            await library.service.store_children(archive, [Embedded("late.txt", b"Hazelnuts came late.")])
            await bury(self, document_ids, blobs, seq=seq, now=now)

        monkeypatch.setattr(IndexStateRepository, "bury", overtaken)
        await library.service.delete(ada, archive.id)
        assert await heads(library) == 0
        assert await library.database.collection(TOMBSTONES).count({"open": True}) == 0
