"""What a former version left goes soon, also without a restart, and beside work under way."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.access import Caller
from backend.db.collection import Database
from backend.documents.incoming import TextItem
from backend.documents.schema import CHUNKS, DOCUMENTS
from backend.documents.texts import ChunkRepository, NewText, VersionRepository
from backend.documents.work import WorkRepository
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.errors import Unavailable
from backend.settings import DatabaseSettings, Settings
from tests.integration.indexing.test_recovery import assert_whole, faiss_in
from tests.support.database import sqlite_database
from tests.support.indexes import MemoryVectorStore
from tests.support.library import open_library
from tests.support.mongo_server import mongo_database, mongo_server


class DownWhenClearing(MemoryVectorStore):
    """Takes everything in, and lets nothing go while it is `down`."""

    down = False

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        if self.down:
            raise Unavailable("the index is down", dependency="vector_store")
        await super().delete_chunks(chunk_ids)


@pytest.fixture(params=["sqlite", "mongo"])
async def stored_in(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Database, Settings]]:
    """A database, and settings that name it."""
    if request.param == "sqlite":
        async with sqlite_database(tmp_path) as database:
            yield database, Settings(_env_file=None, data_dir=tmp_path)
        return
    with mongo_server() as uri:
        async with mongo_database(uri) as database:
            yield database, Settings(_env_file=None, data_dir=tmp_path, database=DatabaseSettings(url=uri))


async def test_a_former_version_left_by_an_index_that_was_down_goes_with_the_next_upkeep(
    tmp_path: Path, ada: Caller, stored_in: tuple[Database, Settings]
) -> None:
    database, settings = stored_in
    store = DownWhenClearing()
    async with open_library(tmp_path, store=store, database=database, settings=settings) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float. " * 200)])
        await library.settled(ada)
        store.down = True
        await library.service.store_texts("ada", [TextItem("1", "T", "Trains roll.")])
        await library.settled(ada)
        await library.parts.indexing.clear_away_deleted()  # waits for the index, and does all else
        assert await database.collection(CHUNKS).count({}) > 1
        store.down = False
        await library.parts.indexing.clear_away_deleted()
        await assert_whole(library, ada, 1)
        assert (await library.service.text(ada, stored.id)).text == "Trains roll."
        assert await database.collection(DOCUMENTS).count({"untidy": True}) == 0


async def test_a_newer_version_on_its_way_in_is_not_taken_for_a_former_one(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        await library.settled(ada)
        # What another process has stored before it announces it.
        chunks, versions = ChunkRepository(library.database), VersionRepository(library.database)
        [chunk] = await chunks.unscoped_of_documents([stored.id])
        await chunks.unscoped_put([chunk.model_copy(update={"id": f"{stored.id}.2.0", "version": 2})])
        await versions.unscoped_put(
            [NewText(f"{stored.id}.2", stored.id, "Trains roll.", created_at=datetime.now(UTC), version=2)]
        )
        await library.database.collection(DOCUMENTS).update_many({}, {"$set": {"untidy": True}})
        await library.parts.indexing.clear_away_deleted()
        assert [chunk.version for chunk in await chunks.unscoped_of_documents([stored.id])] == [1, 2]
        assert await versions.unscoped_version(stored.id, 2) is not None
        assert await library.database.collection(DOCUMENTS).count({"untidy": True}) == 0


async def test_an_index_that_was_saved_with_a_former_version_is_saved_again_without_it(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise Unavailable("the index is down", dependency="vector_store")

    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        await library.service.store_texts("ada", [TextItem("1", "T", "Boats float. " * 200)])
        await library.settled(ada)
        monkeypatch.setattr(FaissVectorStore, "delete_chunks", down)
        await library.service.store_texts("ada", [TextItem("1", "T", "Trains roll.")])
        await library.settled(ada)
        await library.parts.indexing.save()
        assert await faiss_in(tmp_path).count() > 1
        monkeypatch.undo()
        await library.parts.indexing.clear_away_deleted()
        assert await faiss_in(tmp_path).count() == 1


async def test_a_document_with_a_newer_version_by_now_stays_untidy(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        await library.settled(ada)
        heads, work = library.database.collection(DOCUMENTS), WorkRepository(library.database)
        await heads.update_many({}, {"$set": {"untidy": True, "version": 2}})
        await work.unscoped_tidied({stored.id: 1})
        assert await work.unscoped_untidy(limit=9) == {stored.id: 2}
        await work.unscoped_tidied({stored.id: 2})
        assert await work.unscoped_untidy(limit=9) == {}
