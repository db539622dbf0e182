"""Saving the faiss store: what goes on meanwhile, and what may be in it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.embedding.search.models import Filters
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.embedding.vector_store.snapshot import Snapshot, write_snapshot
from tests.support.library import open_library
from tests.support.search import ANN, BEN, DIMENSION, axis, entry
from tests.support.waiting import until

NONE = Filters()


class SlowDisk:
    """Writes a snapshot only when it may go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, path: Path, snapshot: Snapshot) -> None:
        self.reached.set()
        assert self.go_on.wait(60)
        write_snapshot(path, snapshot)


@pytest.fixture
async def disk() -> AsyncIterator[SlowDisk]:
    disk = SlowDisk()
    yield disk
    disk.go_on.set()


def snapshots(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def open_store(folder: Path, disk: SlowDisk | None = None, *, dimension: int = DIMENSION) -> FaissVectorStore:
    write = disk or write_snapshot
    return FaissVectorStore(folder, model_id="hash-words-1", dimension=dimension, ivf_from=300_000, write=write)


async def test_searches_and_writes_go_on_while_a_snapshot_is_written(tmp_path: Path, disk: SlowDisk) -> None:
    store = open_store(tmp_path, disk)
    await store.upsert([entry(f"d{n}.1.0", vector=axis(n)) for n in range(4)])
    saving = asyncio.create_task(store.save(5))
    await until(disk.reached.is_set)
    async with asyncio.timeout(30):
        await store.upsert([entry("late.1.0", vector=axis(9))])
        await store.set_access_many({"d1": BEN})
        await store.delete_documents(["d2"])
        await store.delete_chunks(["d3.1.0"])
        hits = await store.search(axis(9), limit=9, principals=ANN, filters=NONE)
    assert [hit.chunk_id for hit in hits][:1] == ["late.1.0"]
    assert {hit.document_id for hit in hits} == {"late", "d0"}
    assert (saving.done(), store.last_seq) == (False, 0)
    disk.go_on.set()
    await saving
    assert store.last_seq == 5
    await store.close()
    store = open_store(tmp_path)  # as it was when the save began
    found = await store.search(axis(0), limit=9, principals=ANN, filters=NONE)
    assert (store.last_seq, {hit.document_id for hit in found}) == (5, {"d0", "d1", "d2", "d3"})
    await store.close()


async def test_a_store_that_is_emptied_while_it_is_saved_stays_empty(tmp_path: Path, disk: SlowDisk) -> None:
    store = open_store(tmp_path, disk)
    await store.upsert([entry("d0.1.0", vector=axis(0))])
    finish = await store.begin_save(3)
    saving = asyncio.create_task(store.save(4))
    await until(disk.reached.is_set)
    clearing = asyncio.create_task(store.clear())
    disk.go_on.set()
    await asyncio.gather(saving, clearing)
    await finish()  # what was copied before is no longer anybody's
    assert (store.last_seq, await store.count(), snapshots(tmp_path)) == (0, 0, [])
    await store.close()


async def test_an_older_copy_takes_no_newer_ones_place(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    await store.upsert([entry("d0.1.0", vector=axis(0))])
    older = await store.begin_save(3)
    await store.upsert([entry("d1.1.0", vector=axis(1))])
    await store.save(4)
    await older()
    await store.close()
    store = open_store(tmp_path)
    assert (store.last_seq, await store.count()) == (4, 2)
    await store.close()


async def test_a_failed_write_leaves_the_former_snapshot_and_the_next_save_mends_it(tmp_path: Path) -> None:
    full = True

    def write(path: Path, snapshot: Snapshot) -> None:
        if full:
            raise OSError("no space left on device")
        write_snapshot(path, snapshot)

    store = FaissVectorStore(tmp_path, model_id="m", dimension=DIMENSION, ivf_from=300_000, write=write)
    await store.upsert([entry("d0.1.0", vector=axis(0))])
    with pytest.raises(OSError, match="no space"):
        await store.save(3)
    assert store.last_seq == 0
    full = False
    await store.save(3)
    assert store.last_seq == 3
    await store.close()


@pytest.mark.parametrize("text", ["half \ud83d of a pair", "\udcff from a name that is no UTF-8"])
async def test_a_lone_surrogate_is_saved_as_any_other_character(tmp_path: Path, text: str) -> None:
    named = entry("d0.1.0", vector=axis(0), author=text, tags={text}, access={f"group:{text}"})
    store = open_store(tmp_path)
    await store.upsert([named, entry("plain.1.0", vector=axis(1), author="grüße, 山本 🚢")])
    await store.save(3)
    await store.close()
    store = open_store(tmp_path)
    assert store.last_seq == 3
    filters = Filters(authors=frozenset({text}), tags=frozenset({text}))
    members = frozenset({f"group:{text}"})
    [hit] = await store.search(axis(0), limit=9, principals=members, filters=filters)
    assert hit.document_id == "d0"
    plain = Filters(authors=frozenset({"grüße, 山本 🚢"}))
    assert len(await store.search(axis(1), limit=9, principals=ANN, filters=plain)) == 1
    await store.close()


async def test_documents_are_indexed_and_found_while_the_indexes_are_saved(tmp_path: Path, disk: SlowDisk) -> None:
    ada = Caller.of("ada")
    store = open_store(tmp_path / "index", disk, dimension=384)
    async with open_library(tmp_path, store=store) as library:
        await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        await library.settled(ada)
        saving = asyncio.create_task(library.parts.indexing.save())
        await until(disk.reached.is_set)
        [late] = await library.service.store_texts("ada", [TextItem("2", "T", "Trains roll.")])
        assert await library.settled(ada) == {"indexed": 2}
        assert (await library.search(ada, "trains roll"))[0].document_id == late.id
        assert not saving.done()
        disk.go_on.set()
        await saving
