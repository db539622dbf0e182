"""Who sees a document and what is inside it, whenever access is given or taken; over the real database."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from backend.access import Caller
from backend.db.collection import Record
from backend.documents.citations import CitationRepository
from backend.documents.incoming import TextItem
from backend.documents.library import LibraryService
from backend.documents.models import Embedded
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.documents.texts import VersionRepository
from backend.errors import Conflict, Forbidden
from backend.settings import Settings
from tests.support.files import zipped
from tests.support.library import Library

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
    await library.settled(ada)
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
    await library.settled(ada)
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


def interrupted(library: Library, action: Callable[[], Awaitable[object]]) -> LibraryService:
    return LibraryService(
        documents=InTheMiddle(library, action),
        versions=VersionRepository(library.database),
        citations=CitationRepository(library.database),
        blobs=library.parts.blobs,
        indexer=library.parts.indexing,
        limits=Settings(_env_file=None).upload,
    )


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


async def test_only_the_owner_may_delete_or_retry_what_others_see(library: Library, ada: Caller, ben: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [replace(BOATS, access=frozenset({"workspace"}))])
    await library.settled(ada)
    with pytest.raises(Forbidden):
        await library.service.delete(ben, stored.id)
    with pytest.raises(Forbidden):
        await library.service.retry(ben, stored.id)
    with pytest.raises(Conflict):
        await library.service.retry(ada, stored.id)
