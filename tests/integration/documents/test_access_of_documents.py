"""Who sees a document and what is inside it, whenever access is given or taken; over the real database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from backend.access import Caller, Holder
from backend.db.collection import Record, Update
from backend.documents.citations import CitationRepository
from backend.documents.connected import Indexer
from backend.documents.incoming import FileItem, TextItem
from backend.documents.library import LibraryService
from backend.documents.models import Embedded
from backend.documents.repository import DocumentQuery, DocumentRepository, access_fields
from backend.documents.schema import DOCUMENTS
from backend.documents.sharing import Change
from backend.documents.texts import VersionRepository
from backend.errors import Conflict, Forbidden, Unavailable
from backend.ids import new_id
from backend.settings import Settings
from tests.support.files import zipped
from tests.support.library import Library, open_library

BOATS = TextItem("boats", "Boats", "Boats float on water. " * 3)


async def rows_of(library: Library, caller: Caller) -> list[str]:
    rows, _ = await library.service.page(caller, DocumentQuery())
    return [row["external_id"] for row in rows]


PAGE = b"""<html><head><title>Sailing at dawn</title><meta name="author" content="Grace">
<meta name="keywords" content="sea, boats"><meta name="date" content="2020-05-06"></head>
<body><p>Boats float on water in the morning.</p></body></html>"""
READ_FIELDS = ("title", "author", "tags", "modified_at", "version")


async def test_access_given_and_taken_shows_in_lists_and_searches_at_once(
    library: Library, ada: Caller, ben: Caller
) -> None:
    shared = replace(BOATS, access=frozenset({"email:ben@example.com"}))
    await library.service.store_texts("ada", [shared])
    await library.settled(ada)
    assert await rows_of(library, ben) == ["boats"]
    assert len(await library.search(ben, "boats")) == 1
    await library.service.store_texts("ada", [BOATS])
    assert await rows_of(library, ben) == []
    assert await library.search(ben, "boats") == []
    await library.settled(ada)
    assert await library.search(ben, "boats") == []
    assert len(await library.search(ada, "boats")) == 1


async def test_sharing_again_keeps_what_was_read_from_the_file_and_its_place(
    library: Library, ada: Caller, ben: Caller
) -> None:
    page = await library.add_file(ada, "page.html", PAGE)
    await library.settled(ada)
    before = (await library.service.get(ada, page)).model_dump(include=set(READ_FIELDS))
    assert (before["title"], before["author"], before["tags"]) == ("Sailing at dawn", "Grace", ["boats", "sea"])
    await library.add_file(ada, "page.html", PAGE, access=frozenset({"group:legal"}))
    await library.parts.indexing.access_settled()
    assert (await library.service.get(ben, page)).model_dump(include=set(READ_FIELDS)) == before
    [hit] = await library.search(ben, "boats float")
    assert (hit.title, hit.author, hit.modified_at) == (before["title"], before["author"], before["modified_at"])
    [found], _ = await library.service.page(ben, DocumentQuery(title="SAILING"))
    assert found["id"] == page


async def test_access_taken_from_an_empty_or_a_broken_document_closes_it(
    library: Library, ada: Caller, ben: Caller
) -> None:
    async def add(access: frozenset[str]) -> None:
        await library.service.store_texts("ada", [TextItem("empty", "Empty", " ", access=access)])
        await library.add_file(ada, "empty.txt", b"", access=access)
        await library.add_file(ada, "broken.pdf", b"%PDF-1.7\nnothing of a PDF follows", access=access)

    await add(frozenset({"group:legal"}))
    await library.settled(ada)
    assert sorted(await rows_of(library, ben)) == ["broken.pdf", "empty", "empty.txt"]
    await add(frozenset())
    assert await rows_of(library, ben) == []
    assert await library.settled(ada) == {"failed": 3}


async def test_access_of_an_archive_reaches_what_is_inside(library: Library, ada: Caller, ben: Caller) -> None:
    await add_archive(library, ada, frozenset())
    await library.settled(ada)
    await add_archive(library, ada, frozenset({"group:legal"}))
    assert sorted(await rows_of(library, ben)) == ["a.zip", "a.zip!/inside.txt"]
    await library.parts.indexing.access_settled()
    assert [hit.text for hit in await library.search(ben, "walnuts")] == ["Walnuts are kept inside."]


async def add_archive(library: Library, ada: Caller, access: frozenset[str]) -> str:
    archive = zipped({"inside.txt": b"Walnuts are kept inside."})
    return await library.add_file(ada, "a.zip", archive, access=access)


async def test_members_arrive_with_the_access_of_now_not_of_when_reading_began(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await add_archive(library, ada, frozenset({"group:legal"}))
    await library.settled(ada)
    read_from = await library.service.get(ada, archive_id)
    await add_archive(library, ada, frozenset())
    await library.service.store_children(read_from, [Embedded("late.txt", b"Hazelnuts came late.")])
    assert await rows_of(library, ben) == []
    await library.settled(ada)
    assert await library.search(ben, "hazelnuts") == []
    assert len(await library.search(ada, "hazelnuts")) >= 1


class InTheMiddle(DocumentRepository):
    """Does something right before new heads are written: the worst moment for a change of what they hang on."""

    def __init__(self, library: Library, action: Callable[[], Awaitable[object]]) -> None:
        super().__init__(library.database)
        self._action = action

    async def unscoped_insert(self, records: Sequence[Record]) -> None:
        await self._action()
        await super().unscoped_insert(records)


def service_over(library: Library, documents: DocumentRepository, indexer: Indexer | None = None) -> LibraryService:
    return LibraryService(
        documents=documents,
        versions=VersionRepository(library.database),
        citations=CitationRepository(library.database),
        blobs=library.parts.blobs,
        indexer=indexer or library.parts.indexing,
        limits=Settings(_env_file=None).upload,
    )


def interrupted(library: Library, action: Callable[[], Awaitable[object]]) -> LibraryService:
    return service_over(library, InTheMiddle(library, action))


async def test_access_taken_while_members_are_being_stored_reaches_them(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await add_archive(library, ada, frozenset({"group:legal"}))
    await library.settled(ada)
    read_from = await library.service.get(ada, archive_id)
    service = interrupted(library, lambda: add_archive(library, ada, frozenset()))
    await service.store_children(read_from, [Embedded("late.txt", b"Hazelnuts came late.")])
    assert await rows_of(library, ben) == []


async def test_members_of_an_archive_that_is_deleted_meanwhile_go_too(library: Library, ada: Caller) -> None:
    archive_id = await add_archive(library, ada, frozenset())
    await library.settled(ada)
    read_from = await library.service.get(ada, archive_id)
    service = interrupted(library, lambda: library.service.delete(ada, archive_id))
    await service.store_children(read_from, [Embedded("late.txt", b"Hazelnuts came late.")])
    assert await rows_of(library, ada) == []


async def test_members_stored_after_a_deletion_looked_for_them_go_too(library: Library, ada: Caller) -> None:
    archive_id = await add_archive(library, ada, frozenset())
    await library.settled(ada)
    read_from = await library.service.get(ada, archive_id)

    class StoredMeanwhile(Unheard):
        async def remove(self, document_ids: Sequence[str]) -> None:
            if archive_id in document_ids:
                await library.service.store_children(read_from, [Embedded("late.txt", b"Hazelnuts came late.")])
            await library.parts.indexing.remove(document_ids)

    await service_over(library, DocumentRepository(library.database), StoredMeanwhile()).delete(ada, archive_id)
    assert await rows_of(library, ada) == []


async def test_members_whose_storing_ends_with_their_archive_go_too(library: Library, ada: Caller) -> None:
    archive_id = await add_archive(library, ada, frozenset())
    await library.settled(ada)
    read_from = await library.service.get(ada, archive_id)

    writing: list[asyncio.Future[None]] = []

    class AlreadyWriting(DocumentRepository):
        """The database is at it already when whoever stores members is told that their archive was deleted."""

        async def unscoped_insert(self, records: Sequence[Record]) -> None:
            await library.service.delete(ada, archive_id)
            storing.cancel()
            writing.append(asyncio.ensure_future(super().unscoped_insert(records)))
            await asyncio.shield(writing[0])

    service = service_over(library, AlreadyWriting(library.database))
    late = [Embedded("late.txt", b"Hazelnuts came late.")]
    storing = asyncio.create_task(service.store_children(read_from, late))
    with pytest.raises(asyncio.CancelledError):
        await storing
    await writing[0]
    assert await rows_of(library, ada) == []


class Unheard:
    """Indexing of a process that dies before it gets to anything."""

    async def announce(self, document_ids: Sequence[str]) -> None: ...

    async def refresh_access(self, document_ids: Sequence[str]) -> None: ...

    async def remove(self, document_ids: Sequence[str]) -> None: ...


class CutShort(DocumentRepository):
    """Changes what it is asked to first, and then nothing any more."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.database)
        self._changes = 0

    async def unscoped_change(self, changes: Sequence[tuple[str, Update]]) -> None:
        self._once()
        await super().unscoped_change(changes)

    async def unscoped_change_access(self, changes: Sequence[tuple[Record, Update]]) -> set[str]:
        self._once()
        return await super().unscoped_change_access(changes)

    def _once(self) -> None:
        self._changes += 1
        if self._changes > 1:
            raise Unavailable("gone", dependency="database")


def alone(library: Library) -> LibraryService:
    """A service that nothing in the background makes up for."""
    return service_over(library, DocumentRepository(library.database), Unheard())


async def shared_archive(library: Library, ada: Caller) -> str:
    archive_id = await add_archive(library, ada, frozenset({"group:legal"}))
    await library.settled(ada)
    await library.parts.indexing.access_settled()
    return archive_id


async def cut_short(library: Library, ada: Caller, archive_id: str) -> None:
    """Takes all access back; the archive has it, then comes the end."""
    with pytest.raises(Unavailable):
        await service_over(library, CutShort(library), Unheard()).change(ada, archive_id, Change(access=frozenset()))


async def test_a_narrowing_cut_short_reaches_the_members_when_it_is_asked_again(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await shared_archive(library, ada)
    await cut_short(library, ada, archive_id)
    assert await rows_of(library, ben) == ["a.zip!/inside.txt"]
    assert not await alone(library).change(ada, archive_id, Change(access=frozenset()))
    assert await rows_of(library, ben) == []


async def test_a_narrowing_cut_short_reaches_the_members_when_the_file_is_handed_over_again(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await shared_archive(library, ada)
    await cut_short(library, ada, archive_id)
    archive = await library.service.get(ada, archive_id)
    assert archive.blob is not None
    item = FileItem("a.zip", "a.zip", digest=archive.blob, size_bytes=archive.size_bytes)
    [stored] = await alone(library).store_files("ada", [item])
    assert stored.outcome == "unchanged"
    assert await rows_of(library, ben) == []


async def test_a_narrowing_cut_short_reaches_the_members_by_itself_after_a_restart(
    tmp_path: Path, ada: Caller, ben: Caller
) -> None:
    async with open_library(tmp_path) as library:
        await cut_short(library, ada, await shared_archive(library, ada))
        assert await rows_of(library, ben) == ["a.zip!/inside.txt"]
    async with open_library(tmp_path) as library:
        await library.parts.indexing.access_settled()
        assert await rows_of(library, ben) == []
        assert await library.search(ben, "walnuts") == []


async def test_a_narrowing_that_failed_once_reaches_the_members_soon(tmp_path: Path, ada: Caller, ben: Caller) -> None:
    async with open_library(tmp_path, pause_seconds=0.01) as library:
        archive_id = await shared_archive(library, ada)
        service = service_over(library, CutShort(library))
        with pytest.raises(Unavailable):
            await service.change(ada, archive_id, Change(access=frozenset()))
        await library.parts.indexing.access_settled()
        assert await rows_of(library, ben) == []


class Overtaken(DocumentRepository):
    """Somebody else's change comes between the archive and what is inside."""

    def __init__(self, library: Library, change: Callable[[], Awaitable[object]]) -> None:
        super().__init__(library.database)
        self._change: Callable[[], Awaitable[object]] | None = change

    async def unscoped_children(self, parent_ids: Sequence[str]) -> list[Record]:
        if (change := self._change) is not None:
            self._change = None
            await change()
        return await super().unscoped_children(parent_ids)


async def test_of_two_overlapping_changes_members_end_like_their_archive(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await shared_archive(library, ada)
    everybody, nobody = Change(access=frozenset({"workspace"})), Change(access=frozenset())
    overtaken = Overtaken(library, lambda: alone(library).change(ada, archive_id, nobody))
    await service_over(library, overtaken, Unheard()).change(ada, archive_id, everybody)
    assert await rows_of(library, ben) == []


async def test_members_that_an_overtaken_change_wrote_last_end_like_their_archive(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive_id = await shared_archive(library, ada)
    await library.service.change(ada, archive_id, Change(access=frozenset()))
    await library.parts.indexing.access_settled()
    heads = library.database.collection(DOCUMENTS)
    inside = await heads.find_one({"parent_id": archive_id})
    assert inside is not None
    # The other process writes the list of before, and dies.
    wide = access_fields(Holder.person("ada"), {"group:legal"})
    await heads.update_one({"_id": inside["_id"]}, {"$set": {**wide, "dirty": new_id()}})
    assert await rows_of(library, ben) == ["a.zip!/inside.txt"]
    await library.parts.indexing.refresh_access([inside["_id"]])
    await library.parts.indexing.access_settled()
    assert await rows_of(library, ben) == []


async def test_only_the_owner_may_delete_or_retry_what_others_see(library: Library, ada: Caller, ben: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [replace(BOATS, access=frozenset({"workspace"}))])
    await library.settled(ada)
    with pytest.raises(Forbidden):
        await library.service.delete(ben, stored.id)
    with pytest.raises(Forbidden):
        await library.service.retry(ben, stored.id)
    with pytest.raises(Conflict):
        await library.service.retry(ada, stored.id)
