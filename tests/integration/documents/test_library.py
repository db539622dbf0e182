"""What the library promises, over the real database."""

import asyncio
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipInfo

import pytest

from backend.access import Caller
from backend.db.collection import Record
from backend.documents.citations import CitationRepository, CitedStretch
from backend.documents.incoming import TextItem
from backend.documents.library import LibraryService
from backend.documents.models import Embedded
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.documents.schema import CHUNKS, DOCUMENTS, VERSION_PARTS, VERSIONS
from backend.documents.texts import PART_CHARS, TextDamaged, VersionRepository
from backend.embedding.cache import EMBEDDINGS
from backend.errors import Conflict, Forbidden, NotFound, TooLarge
from backend.settings import Settings
from tests.support.embedder import HashEmbedder
from tests.support.library import Library, open_library
from tests.support.moved_clock import MovedClock
from tests.support.waiting import until_true

BOATS = TextItem("boats", "Boats", "Boats float on water. " * 3)


async def rows_of(library: Library, caller: Caller) -> list[str]:
    rows, _ = await library.service.page(caller, DocumentQuery())
    return [row["external_id"] for row in rows]


def originals_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").rglob("*") if path.is_file()]


async def stored_records(library: Library) -> dict[str, int]:
    specs = (DOCUMENTS, VERSIONS, VERSION_PARTS, CHUNKS, EMBEDDINGS)
    return {spec.name: await library.database.collection(spec).count({}) for spec in specs}


async def test_the_same_text_again_does_no_work(library: Library, ada: Caller) -> None:
    await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    assert isinstance(library.embedder, HashEmbedder)
    embedded = len(library.embedder.embedded)
    before = await library.database.collection(DOCUMENTS).find({})
    [again] = await library.service.store_texts("ada", [BOATS])
    assert (again.outcome, again.status) == ("unchanged", "indexed")
    [next_] = await library.service.store_texts("ada", [TextItem("next", "Next", "Trains roll.")])
    await library.settled(ada)  # whatever the first one had set off would be done by now
    heads = library.database.collection(DOCUMENTS)
    assert await heads.find({"_id": {"$ne": next_.id}}) == before
    assert len(library.embedder.embedded) == embedded + 1


async def test_a_changed_text_becomes_the_next_version_and_the_old_one_goes(library: Library, ada: Caller) -> None:
    [first] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    [second] = await library.service.store_texts("ada", [replace(BOATS, text="Boats sink at times.")])
    await library.settled(ada)
    assert (second.id, second.outcome) == (first.id, "updated")
    text = await library.service.text(ada, first.id)
    assert (text.version, text.text) == (2, "Boats sink at times.")

    async def one_version() -> bool:  # the old version goes right after the new one answers
        return (await stored_records(library))["versions"] == 1

    await until_true(one_version)
    with pytest.raises(NotFound):
        await library.service.text(ada, first.id, 1)
    assert [hit.version for hit in await library.search(ada, "boats")] == [2]
    assert await stored_records(library) == {
        "documents": 1,
        "versions": 1,
        "version_parts": 0,
        "chunks": 1,
        "embeddings": 1,
    }


async def test_a_new_title_keeps_the_version_and_is_found(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await library.service.store_texts("ada", [replace(BOATS, title="Vessels")])
    await library.settled(ada)
    document = await library.service.get(ada, stored.id)
    assert (document.title, document.version, document.status) == ("Vessels", 1, "indexed")
    assert [hit.title for hit in await library.search(ada, "vessels")] == ["Vessels"]


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


PAGE = b"""<html><head><title>Sailing at dawn</title><meta name="author" content="Grace">
<meta name="keywords" content="sea, boats"><meta name="date" content="2020-05-06"></head>
<body><p>Boats float on water in the morning.</p></body></html>"""
READ_FIELDS = ("title", "author", "tags", "modified_at", "version")


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


async def test_what_a_text_was_given_once_stays_when_it_comes_again_without_it(library: Library, ada: Caller) -> None:
    given = replace(BOATS, author="Ada", tags=("sea",), path="Shelf/Boats", url="https://example.com/boats")
    [stored] = await library.service.store_texts("ada", [given])
    await library.settled(ada)
    await library.service.store_texts("ada", [replace(BOATS, title="", text="Boats sink at times.")])
    await library.settled(ada)
    document = await library.service.get(ada, stored.id)
    assert (document.title, document.author, document.tags) == ("Boats", "Ada", ["sea"])
    assert (document.path, document.url, document.version) == ("Shelf/Boats", "https://example.com/boats", 2)
    await library.service.store_texts("ada", [replace(BOATS, author="", tags=())])
    await library.settled(ada)
    document = await library.service.get(ada, stored.id)
    assert (document.author, document.tags, document.path) == (None, [], "Shelf/Boats")


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
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(ZipInfo("inside.txt"), "Walnuts are kept inside.")  # the same bytes at any time of day
    return await library.add_file(ada, "a.zip", buffer.getvalue(), access=access)


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


async def test_delete_really_deletes(library: Library, ada: Caller, tmp_path: Path, clock: MovedClock) -> None:
    document_id = await library.add_file(ada, "boats.txt", b"Boats float on water.")
    await library.service.store_texts("ada", [replace(BOATS, text="Something else entirely.")])
    await library.settled(ada)
    other = await library.service.store_texts("ada", [TextItem("x", "x", "y")])
    await library.settled(ada)
    await library.service.delete(ada, document_id)
    await library.service.delete(ada, other[0].id)
    assert await stored_records(library) == {
        "documents": 1,
        "versions": 1,
        "version_parts": 0,
        "chunks": 1,
        "embeddings": 1,
    }
    assert originals_in(tmp_path) != []  # in the trash, since somebody may be adding the same file at this moment
    clock.advance(hours=1)
    await library.parts.indexing.clear_away_deleted()
    assert originals_in(tmp_path) == []
    assert await library.store.count() == await library.lexical.count() == 1
    with pytest.raises(NotFound):
        await library.service.get(ada, document_id)


async def test_what_another_document_uses_too_outlives_the_first(
    library: Library, ada: Caller, tmp_path: Path, clock: MovedClock
) -> None:
    first = await library.add_file(ada, "one.txt", b"Boats float on water.")
    second = await library.add_file(ada, "two.txt", b"Boats float on water.")
    await library.settled(ada)
    await library.service.delete(ada, first)
    clock.advance(hours=1)
    await library.parts.indexing.clear_away_deleted()
    assert len(originals_in(tmp_path)) == 1
    assert [hit.document_id for hit in await library.search(ada, "boats")] == [second]
    assert (await library.service.original(ada, second)).digest


async def cite(library: Library, caller: Caller, document_id: str, quote: str, *, version: int = 1) -> CitedStretch:
    """An answer of the caller's that cites these words of a version that is there."""
    text = (await library.service.text(caller, document_id, version)).text
    start = text.index(quote)
    stretch = CitedStretch(document_id, version, start, start + len(quote), quote)
    await library.service.unscoped_retain_citations(
        [stretch], user_id=caller.user_id, message_id=f"m-{caller.user_id}", conversation_id="c1"
    )
    return stretch


async def test_cited_words_stay_where_they_stood_when_the_document_goes(
    library: Library, ada: Caller, ben: Caller
) -> None:
    text = "Secret one. Boats float on water. Secret two."
    [stored] = await library.service.store_texts("ada", [replace(BOATS, text=text, access=frozenset({"workspace"}))])
    await library.settled(ada)
    cited = await cite(library, ben, stored.id, "Boats float on water.")
    await library.service.store_texts("ada", [replace(BOATS, text="All new.", access=frozenset({"workspace"}))])
    await library.settled(ada)
    kept = await library.service.text(ben, stored.id, 1)
    assert kept.text[cited.start : cited.end] == kept.text.strip() == "Boats float on water."
    assert kept.excerpt
    await library.service.delete(ada, stored.id)
    assert (await library.service.text(ben, stored.id, 1)).text[cited.start : cited.end] == cited.quote
    with pytest.raises(NotFound):
        await library.service.text(ada, stored.id, 1)
    await library.service.unscoped_release_citations(conversation_id="c1")
    with pytest.raises(NotFound):
        await library.service.text(ben, stored.id, 1)


async def test_what_was_redacted_before_sharing_stays_unseen_though_others_cite_it(
    library: Library, ada: Caller, ben: Caller
) -> None:
    secret = replace(BOATS, text="The safe opens with 4711. Boats float.")
    [stored] = await library.service.store_texts("ada", [secret])
    await library.settled(ada)
    cited = await cite(library, ada, stored.id, "The safe opens with 4711.")
    await library.service.store_texts("ada", [replace(BOATS, text="Boats float.", access=frozenset({"workspace"}))])
    await library.settled(ada)
    assert (await library.service.text(ben, stored.id)).text == "Boats float."
    with pytest.raises(NotFound):
        await library.service.text(ben, stored.id, 1)
    assert (await library.service.text(ada, stored.id, 1)).text.strip() == cited.quote


async def test_large_texts_are_kept_in_parts_and_read_whole(tmp_path: Path, ada: Caller) -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(2_300_000))
    async with open_library(tmp_path, work=False) as library:
        [stored] = await library.service.store_texts("ada", [replace(BOATS, text=text)])
        sections = 1
        parts = -(-len(text) // PART_CHARS) + sections
        assert await library.database.collection(VERSION_PARTS).count({}) == parts
        head = await library.database.collection(DOCUMENTS).find_one({"_id": stored.id})
        assert head is not None
        assert await VersionRepository(library.database).unscoped_text(head["pending_text"]) == (text, [])


async def overwrite(library: Library, document_id: str) -> None:
    """As a failing disk may: SQLite itself sees nothing wrong."""
    versions = library.database.collection(VERSIONS)
    await versions.update_one({"document_id": document_id}, {"$set": {"text": "Boats float on whisky. " * 3}})


async def test_overwritten_words_are_not_shown_as_what_the_document_says(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await overwrite(library, stored.id)
    with pytest.raises(TextDamaged, match="restore a backup"):
        await library.service.text(ada, stored.id)


async def test_a_text_of_an_earlier_release_gets_its_hash_when_it_is_first_read(library: Library, ada: Caller) -> None:
    [stored] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    await library.database.collection(VERSIONS).update_one({"document_id": stored.id}, {"$unset": {"hash": ""}})
    assert (await library.service.text(ada, stored.id)).text == BOATS.text
    await overwrite(library, stored.id)
    with pytest.raises(TextDamaged):
        await library.service.text(ada, stored.id)


async def test_a_damaged_part_of_a_large_text_is_noticed(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, work=False) as library:
        [stored] = await library.service.store_texts("ada", [replace(BOATS, text="x" * 1_200_000)])
        head = await library.database.collection(DOCUMENTS).find_one({"_id": stored.id})
        assert head is not None
        await library.database.collection(VERSION_PARTS).update_one({"part": 1}, {"$set": {"text": "y" * 200_000}})
        with pytest.raises(TextDamaged):
            await VersionRepository(library.database).unscoped_text(head["pending_text"])


async def test_a_text_over_the_limit_is_refused_with_the_setting_to_change(library: Library) -> None:
    limit = Settings(_env_file=None).upload.max_text_chars
    with pytest.raises(TooLarge, match=r"items\.1\.text.*BIBLIOS_UPLOAD_MAX_TEXT_CHARS"):
        await library.service.store_texts("ada", [BOATS, TextItem("2", "2", "x" * (limit + 1))])


async def test_two_requests_with_the_same_new_texts_make_each_document_once(library: Library, ada: Caller) -> None:
    items = [TextItem(str(number), f"T{number}", f"Text number {number}.") for number in range(50)]
    first, second = await asyncio.gather(
        library.service.store_texts("ada", items), library.service.store_texts("ada", items)
    )
    assert [stored.id for stored in first] == [stored.id for stored in second]
    assert await library.settled(ada) == {"indexed": 50}
    assert (await stored_records(library))["versions"] == 50


async def test_pages_are_complete_ordered_and_filtered(library: Library, ada: Caller) -> None:
    items = [TextItem(str(number), f"Title {number:02}", f"Text {number}") for number in range(25)]
    await library.service.store_texts("ada", items)
    await library.service.store_texts("ben", items)
    await library.settled(ada)
    seen: list[str] = []
    before = None
    while True:
        rows, before = await library.service.page(ada, DocumentQuery(), before=before, limit=10)
        seen += [row["external_id"] for row in rows]
        if before is None:
            break
    assert seen == [str(number) for number in reversed(range(25))]
    found, next_ = await library.service.page(ada, DocumentQuery(title="title 1"), limit=4)
    assert [row["title"] for row in found] == ["Title 19", "Title 18", "Title 17", "Title 16"]
    rest, end = await library.service.page(ada, DocumentQuery(title="TITLE 1"), before=next_, limit=10)
    assert [row["title"] for row in rest] == [f"Title 1{number}" for number in (5, 4, 3, 2, 1, 0)]
    assert end is None
    none, _ = await library.service.page(ada, DocumentQuery(source="upload"), limit=10)
    assert none == []


async def test_disk_full_stores_nothing_and_the_next_try_works(library: Library, ada: Caller, tmp_path: Path) -> None:
    from backend.documents.blobs import StorageFull
    from backend.documents.blobs.local import LocalBlobStore
    from tests.unit.documents.test_blobs import full_disk

    full = LocalBlobStore(tmp_path / "blobs", open_file=full_disk(3))
    with pytest.raises(StorageFull):
        await full.put(b"Boats float.")
    assert await rows_of(library, ada) == []
    await library.add_file(ada, "boats.txt", b"Boats float.")
    assert await library.settled(ada) == {"indexed": 1}
