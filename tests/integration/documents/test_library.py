"""What the library promises of documents that come, change, and go, over the real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.repository import DocumentQuery
from backend.documents.schema import CHUNKS, DOCUMENTS, VERSION_PARTS, VERSIONS
from backend.embedding.cache import EMBEDDINGS
from backend.errors import NotFound
from tests.support.embedder import HashEmbedder
from tests.support.files import mail, zipped
from tests.support.library import Library
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


async def test_what_lies_in_a_mail_has_its_date_unless_it_says_one_itself(library: Library, ada: Caller) -> None:
    page = b'<html><meta name="last-modified" content="2024-05-06T07:08:00Z"><body><p>Boats sink.</p></body></html>'
    inner = zipped({"deep.txt": b"Boats rest."})
    data = mail(attachments={"note.txt": b"Boats float.", "page.html": page, "more.zip": inner})
    await library.add_file(ada, "crew.eml", data)
    await library.settled(ada)
    rows, _ = await library.service.page(ada, DocumentQuery())
    sent = datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
    assert {row["external_id"]: row["modified_at"] for row in rows} == {
        "crew.eml": sent,
        "crew.eml!/note.txt": sent,
        "crew.eml!/page.html": datetime(2024, 5, 6, 7, 8, tzinfo=UTC),
        "crew.eml!/more.zip": sent,
        "crew.eml!/more.zip!/deep.txt": sent,
    }
