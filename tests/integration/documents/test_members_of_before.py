"""What was inside a former content goes with it, whatever takes its place and whatever cuts the way there short."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.documents.blobs.local import LocalBlobStore
from backend.documents.incoming import FileItem, TextItem
from backend.documents.models import Embedded, Extracted
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENTS
from backend.embedding.models.base import Vectors
from backend.errors import ExtractionFailed, Unavailable, UpstreamRejected
from backend.extraction.extraction import ExtractionPool
from tests.integration.documents.test_access_of_documents import rows_of
from tests.integration.documents.test_connected import SLACK, TEAM, holding, listed, settled
from tests.integration.documents.test_outdated_words import packed
from tests.support.embedder import HashEmbedder
from tests.support.files import mail
from tests.support.library import Library, open_library
from tests.support.overtaken import overtaken

NAME = "mail.eml"
REFUSED = mail(body="Refused words.", attachments={"inside.txt": b"Walnuts are kept inside."})
UNREADABLE = b"%PDF-1.7\nnothing of a PDF follows"


class Refusing(HashEmbedder):
    """As an API that will not take one text: what it stands in fails after its attachments were stored."""

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if any("Refused" in text for text in texts):
            raise UpstreamRejected("too long")
        return await super().embed_documents(texts)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with open_library(tmp_path, embedder=Refusing()) as opened:
        yield opened


async def first_version_that_failed(library: Library, ada: Caller) -> None:
    await library.add_file(ada, NAME, REFUSED)
    assert await library.settled(ada) == {"failed": 1, "indexed": 1}
    assert len(await library.search(ada, "walnuts")) == 1


async def only_the_mail_is_there(library: Library, ada: Caller, status: str) -> None:
    assert await library.settled(ada) == {status: 1}
    assert await rows_of(library, ada) == [NAME]
    assert {hit.external_id for hit in await library.search(ada, "walnuts")} <= {NAME}


async def test_members_of_a_first_version_that_failed_go_with_its_successor(library: Library, ada: Caller) -> None:
    await first_version_that_failed(library, ada)
    await library.add_file(ada, NAME, mail(body="Without attachments."))
    await only_the_mail_is_there(library, ada, "indexed")


async def test_members_of_a_first_version_that_failed_go_when_its_successor_cannot_be_read(
    library: Library, ada: Caller
) -> None:
    await first_version_that_failed(library, ada)
    await library.add_file(ada, NAME, UNREADABLE)
    await only_the_mail_is_there(library, ada, "failed")


async def test_members_of_a_first_version_that_failed_go_when_it_is_emptied(library: Library, ada: Caller) -> None:
    await first_version_that_failed(library, ada)
    await library.add_file(ada, NAME, b"")
    await only_the_mail_is_there(library, ada, "failed")


def dying(*_: object, **__: object) -> Any:
    raise Unavailable("the process dies here", dependency="database")


async def test_members_of_a_first_version_go_when_it_comes_in_empty_once_more(
    library: Library, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await first_version_that_failed(library, ada)
    monkeypatch.setattr(DocumentRepository, "unscoped_children", dying)
    with pytest.raises(Unavailable):
        await library.add_file(ada, NAME, b"")
    monkeypatch.undo()
    await library.add_file(ada, NAME, b"")
    await only_the_mail_is_there(library, ada, "failed")


async def test_work_on_a_first_version_ends_when_it_is_emptied(
    library: Library, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = LocalBlobStore.put
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def held(self: LocalBlobStore, data: bytes) -> str:
        if data.startswith(b"Walnuts"):
            reached.set()
            await go_on.wait()
        return await put(self, data)

    monkeypatch.setattr(LocalBlobStore, "put", held)
    await library.add_file(ada, NAME, REFUSED)
    await reached.wait()
    await library.add_file(ada, NAME, b"")
    go_on.set()
    await library.jobs.stop(timeout_seconds=60)  # what is under way ends
    assert await rows_of(library, ada) == [NAME]


async def indexed_archive(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        await library.add_file(ada, "a.zip", packed("inside.txt"))
        assert await library.settled(ada) == {"indexed": 2}


async def only_the_archive_is_there(tmp_path: Path, ada: Caller, status: str) -> None:
    async with open_library(tmp_path) as library:
        assert await library.settled(ada) == {status: 1}
        assert await rows_of(library, ada) == ["a.zip"]
        assert await library.search(ada, "walnuts") == []


async def test_members_of_an_emptied_archive_go_though_the_request_died_before_it_removed_them(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await indexed_archive(tmp_path, ada)
    async with open_library(tmp_path, work=False) as library:
        monkeypatch.setattr(DocumentRepository, "unscoped_children", dying)
        with pytest.raises(Unavailable):
            await library.add_file(ada, "a.zip", b"")
    monkeypatch.undo()
    await only_the_archive_is_there(tmp_path, ada, "indexed")


async def test_members_that_are_stored_when_their_archive_was_emptied_already_go(tmp_path: Path, ada: Caller) -> None:
    await indexed_archive(tmp_path, ada)
    async with open_library(tmp_path, work=False) as library:
        archive_id = await library.add_file(ada, "a.zip", packed("more.txt"))
        read_from = await library.service.get(ada, archive_id)
        await library.add_file(ada, "a.zip", b"")
        await library.service.store_children(read_from, [Embedded("more.txt", b"Walnuts are kept inside.")])
    await only_the_archive_is_there(tmp_path, ada, "indexed")


async def test_members_go_when_the_original_of_the_new_version_is_lost(tmp_path: Path, ada: Caller) -> None:
    await indexed_archive(tmp_path, ada)
    async with open_library(tmp_path, work=False) as library:
        await library.add_file(ada, "a.zip", packed("other.txt"))
    for original in (tmp_path / "blobs").rglob("*"):
        if original.is_file():
            original.unlink()
    await only_the_archive_is_there(tmp_path, ada, "failed")


async def test_members_of_a_file_go_when_a_text_takes_its_place(library: Library) -> None:
    team = holding(TEAM)
    data = packed("inside.txt")
    blob = await library.parts.blobs.put(data)
    await library.service.store_files(
        SLACK, [FileItem("note", "note.zip", blob, len(data), access=frozenset({TEAM}))], source="drive"
    )
    await settled(library, SLACK)
    assert len(await listed(library, team)) == 2
    text = TextItem("note", "Note", "Boats float.", access=frozenset({TEAM}))
    await library.service.store_texts(SLACK, [text], source="drive")
    await settled(library, SLACK)
    assert await listed(library, team) == ["note"]
    assert [hit.text for hit in await library.search(team, "walnuts")] == [text.text]


class Elsewhere:
    """The indexing of another process, of which this one has not heard yet."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def announce(self, document_ids: Sequence[str]) -> None: ...

    async def refresh_access(self, document_ids: Sequence[str]) -> None: ...

    async def remove(self, document_ids: Sequence[str]) -> None:
        await self._library.parts.indexing.remove(document_ids)


async def test_work_that_was_overtaken_takes_away_nothing_of_its_successor_when_it_fails(
    library: Library, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def fails_late(*_: object, **__: object) -> Extracted:
        monkeypatch.undo()
        reached.set()
        await go_on.wait()
        raise ExtractionFailed("Nothing of it can be read.", code="corrupt")

    archive_id = await library.add_file(ada, "a.zip", packed("inside.txt"))
    await library.settled(ada)
    monkeypatch.setattr(ExtractionPool, "extract", fails_late)
    await library.add_file(ada, "a.zip", packed("other.txt"))
    await reached.wait()

    elsewhere = overtaken(library, nothing, after="unscoped_known", indexer=Elsewhere(library))
    successor = packed("new.txt")
    file = FileItem("a.zip", "a.zip", await library.parts.blobs.put(successor), len(successor))
    await elsewhere.store_files("ada", [file])
    await elsewhere.store_children(await library.service.get(ada, archive_id), [Embedded("new.txt", b"Walnuts.")])
    [member] = await inside(library, archive_id)
    go_on.set()
    assert await library.settled(ada) == {"indexed": 2}
    assert await inside(library, archive_id) == [member]


async def nothing() -> None: ...


async def inside(library: Library, archive_id: str) -> list[str]:
    heads = await library.database.collection(DOCUMENTS).find({"parent_id": archive_id}, fields=("parent_id",))
    return [head["_id"] for head in heads]
