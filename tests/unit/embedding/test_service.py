"""The rules of indexing that need no real index: leases, groups, what counts as a failure of whom."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.schema import DOCUMENTS
from backend.documents.work import WorkRepository
from backend.embedding.indexing.embedded_text import chunk_hash, embedded_text
from backend.embedding.models.base import Vectors
from backend.embedding.search.models import IndexEntry
from backend.settings import JobSettings, Settings
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library

ADA = Caller.of("ada")
LEASE = timedelta(seconds=60)


@pytest.fixture
async def idle(tmp_path: Path) -> AsyncIterator[Library]:
    """A library in which nobody works on what is queued."""
    async with open_library(tmp_path, work=False) as library:
        yield library


async def queued(library: Library, external_id: str = "1", text: str = "Boats float.") -> str:
    [stored] = await library.service.store_texts("ada", [TextItem(external_id, "T", text)])
    return stored.id


async def test_of_many_claims_at_once_one_wins(idle: Library) -> None:
    document_id = await queued(idle)
    work = WorkRepository(idle.database)
    now = datetime.now(UTC)
    claims = await asyncio.gather(*(work.unscoped_claim(document_id, now=now, lease=LEASE) for _ in range(8)))
    assert sum(claim is not None for claim in claims) == 1


async def test_a_lease_that_ran_out_is_due_and_its_holder_can_finish_nothing(idle: Library) -> None:
    document_id = await queued(idle)
    work = WorkRepository(idle.database)
    now = datetime.now(UTC)
    first = await work.unscoped_claim(document_id, now=now, lease=LEASE)
    assert first is not None
    assert await work.unscoped_due(now=now, limit=10) == []
    later = now + 2 * LEASE
    assert await work.unscoped_due(now=later, limit=10) == [document_id]
    second = await work.unscoped_claim(document_id, now=later, lease=LEASE)
    assert second is not None
    assert not await work.unscoped_finish(first, {"status": "indexed"})
    assert await work.unscoped_finish(second, {"status": "indexed"})


async def test_a_heartbeat_moves_the_end_of_a_lease_but_not_of_a_lost_one(idle: Library) -> None:
    document_id = await queued(idle)
    work = WorkRepository(idle.database)
    now = datetime.now(UTC)
    claim = await work.unscoped_claim(document_id, now=now, lease=LEASE)
    assert claim is not None
    await work.unscoped_extend([claim], until=now + 10 * LEASE)
    assert await work.unscoped_due(now=now + 2 * LEASE, limit=10) == []
    await queued(idle, text="Changed meanwhile.")
    await work.unscoped_extend([claim], until=now + 20 * LEASE)
    assert await work.unscoped_due(now=now + LEASE, limit=10) == [document_id]


async def test_processing_twice_indexes_once(idle: Library) -> None:
    document_id = await queued(idle)
    await asyncio.gather(*(idle.parts.indexing.work_off("0") for _ in range(5)))
    await idle.settled(ADA)
    assert await idle.store.count() == 1
    head = await idle.database.collection(DOCUMENTS).find_one({"_id": document_id})
    assert head is not None
    assert (head["version"], head["claims"]) == (1, 1)


async def test_a_deleted_document_is_nothing_to_do(idle: Library) -> None:
    document_id = await queued(idle)
    await idle.service.delete(ADA, document_id)
    await idle.parts.indexing.work_off("0")
    assert await idle.store.count() == 0


async def test_documents_that_come_together_are_written_together(tmp_path: Path) -> None:
    class Counting(MemoryVectorStore):
        def __init__(self) -> None:
            super().__init__()
            self.groups: list[int] = []

        async def upsert(self, entries: Sequence[IndexEntry]) -> None:
            self.groups.append(len(entries))
            await super().upsert(entries)

    store = Counting()
    settings = Settings(_env_file=None, data_dir=tmp_path, jobs=JobSettings(concurrency=16))
    async with open_library(tmp_path, store=store, settings=settings) as library:
        texts = [TextItem(str(n), "T", f"Text {n}.") for n in range(100)]
        await library.service.store_texts("ada", texts)
        await library.settled(ADA)
    assert sum(store.groups) == 100
    assert len(store.groups) <= 25


async def test_a_document_taken_at_shutdown_is_due_again(tmp_path: Path) -> None:
    held, go_on = asyncio.Event(), asyncio.Event()

    class Hanging(HashEmbedder):
        async def embed_documents(self, texts: Sequence[str]) -> Vectors:
            held.set()
            await go_on.wait()
            return await super().embed_documents(texts)

    async with open_library(tmp_path, embedder=Hanging(), work=False) as library:
        document_id = await queued(library)
        task = asyncio.create_task(library.parts.indexing.work_off("0"))
        await held.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await WorkRepository(library.database).unscoped_due(now=datetime.now(UTC), limit=1) == [document_id]
        go_on.set()


def test_the_title_is_part_of_what_a_chunk_means() -> None:
    assert embedded_text("Title", "Text") == "Title\nText"
    assert embedded_text("", "Text") == "Text"
    assert chunk_hash("A", "Text") != chunk_hash("B", "Text")
