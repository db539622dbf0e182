"""Two processes at one document: what is stored of it in the end comes from one hand, and is the last state."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.access import Caller
from backend.db.sqlite import SqliteDatabase
from backend.documents.incoming import TextItem
from backend.documents.models import Chunk
from backend.documents.schema import CHUNKS
from backend.documents.texts import ChunkRepository
from backend.documents.work import WorkRepository
from backend.embedding.search.models import IndexEntry
from backend.settings import JobSettings, Settings
from tests.support.indexes import MemoryLexicalIndex, MemoryVectorStore
from tests.support.library import open_library
from tests.support.waiting import until_true

OLD, NEW = "Old words of boats.", "New words of trains."


class Gate:
    """Holds up whoever comes until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    async def passed(self) -> None:
        self.reached.set()
        await self.open.wait()


class SharedStore(MemoryVectorStore):
    """One for both processes, as on a server; whoever brings the new words is held up."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        if any(entry.text == NEW for entry in entries):
            await self.gate.passed()
        await super().upsert(entries)


async def test_what_a_late_process_overwrote_is_read_again_while_the_other_still_writes(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_chunks, undone = Gate(), asyncio.Event()
    put, redo = ChunkRepository.unscoped_put, WorkRepository.unscoped_redo

    async def late(self: ChunkRepository, chunks: Sequence[Chunk]) -> None:
        if any(chunk.text == OLD for chunk in chunks):
            await before_chunks.passed()
        await put(self, chunks)

    async def told(self: WorkRepository, *args: object, **named: object) -> None:
        await redo(self, *args, **named)  # type: ignore[arg-type]
        undone.set()

    monkeypatch.setattr(ChunkRepository, "unscoped_put", late)
    monkeypatch.setattr(WorkRepository, "unscoped_redo", told)
    settings = Settings(_env_file=None, data_dir=tmp_path, jobs=JobSettings(recovery_seconds=3600))
    store, lexical = SharedStore(), MemoryLexicalIndex()
    database = await SqliteDatabase.open(tmp_path)
    async with (
        open_library(tmp_path, database=database, settings=settings, store=store, lexical=lexical) as first,
        open_library(
            tmp_path, database=database, settings=settings, store=store, lexical=lexical, work=False
        ) as second,
    ):
        await first.service.store_texts("ada", [TextItem("1", "T", OLD)])
        await before_chunks.reached.wait()  # its lease was looked at, and then it was slow
        await second.service.store_texts("ada", [TextItem("1", "T", NEW)])
        await second.parts.indexing.work_off("1")
        await store.gate.reached.wait()
        before_chunks.open.set()
        await asyncio.wait_for(undone.wait(), 30)
        store.gate.open.set()

        async def indexed() -> bool:
            await second.parts.indexing.work_off("1")
            return await second.service.count_by_status(ada) == {"indexed": 1}

        await until_true(indexed)
        assert [chunk["text"] for chunk in await database.collection(CHUNKS).find({})] == [NEW]
        assert [hit.text for hit in await second.search(ada, "words")] == [NEW]
    await database.close()
