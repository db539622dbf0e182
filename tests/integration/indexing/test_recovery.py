"""Crashes, losses and faults: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.repository import DocumentQuery
from backend.documents.schema import CHUNKS, VERSIONS
from backend.embedding.indexing.state import TOMBSTONES
from backend.embedding.models.base import Vectors
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import IndexEntry
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.errors import Unavailable, UpstreamRejected, UpstreamTransient
from backend.settings import JobSettings, Settings
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library
from tests.support.waiting import until, until_true

REPOSITORY = Path(__file__).parents[3]
TEXTS = [TextItem(str(n), f"Title {n}", f"Text number {n} speaks of boat{n}.") for n in range(40)]


def faiss_in(folder: Path) -> FaissVectorStore:
    return FaissVectorStore(folder / "index", model_id="hash-words-1", dimension=384, ivf_from=300_000)


async def assert_whole(library: Library, ada: Caller, documents: int) -> None:
    """Each document is there once, with one version and its chunks, in the database and in both indexes."""
    assert await library.service.count_by_status(ada) == {"indexed": documents}
    rows, _ = await library.service.page(ada, DocumentQuery(), limit=1000)
    assert len({row["external_id"] for row in rows}) == documents
    versions = Counter(r["document_id"] for r in await library.database.collection(VERSIONS).find({}))
    assert versions == {row["id"]: 1 for row in rows}
    chunks = Counter(r["document_id"] for r in await library.database.collection(CHUNKS).find({}))
    assert chunks == {row["id"]: row["chunks"] for row in rows}
    total = sum(chunks.values())
    assert (await library.store.count(), await library.lexical.count()) == (total, total)


async def test_documents_left_queued_are_indexed_by_the_next_start(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, work=False) as library:
        await library.service.store_texts("ada", TEXTS)
        assert await library.service.count_by_status(ada) == {"queued": 40}
    async with open_library(tmp_path) as library:
        await library.settled(ada)
        await assert_whole(library, ada, 40)


async def test_lost_indexes_are_built_again_from_the_stored_chunks(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        await library.service.store_texts("ada", TEXTS)
        await library.settled(ada)
    embedder = HashEmbedder()
    async with open_library(tmp_path, embedder=embedder) as library:
        await assert_whole(library, ada, 40)
        assert [hit.external_id for hit in await library.search(ada, "boat7", limit=1)] == ["7"]
        assert embedder.embedded == []


async def test_saved_indexes_take_in_only_what_changed_since(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        stored = await library.service.store_texts("ada", TEXTS)
        await library.settled(ada)
        await library.parts.indexing.save()
        saved = faiss_in(tmp_path)
        assert (saved.last_seq, await saved.count()) == (library.store.last_seq, 40)  # type: ignore[attr-defined]
        await library.service.store_texts("ada", [TextItem("0", "Title 0", "Text number 0 speaks of planes.")])
        await library.service.store_texts("ada", [TextItem("new", "New", "A new text speaks of trains.")])
        await library.settled(ada)
        await library.service.delete(ada, stored[1].id)
        # What a crash leaves: the database as it is now, the vector index as it was saved.
        library.parts.legs.vectors[0].progress.complete = False
    await library.lexical.close()
    async with open_library(tmp_path, store=saved, lexical=TantivyIndex(tmp_path / "lexical")) as library:
        await assert_whole(library, ada, 40)
        assert [hit.external_id for hit in await library.search(ada, "planes", limit=1)] == ["0"]
        assert "1" not in {hit.external_id for hit in await library.search(ada, "boat1", limit=50)}


async def test_a_deletion_that_was_cut_short_is_finished(tmp_path: Path, ada: Caller) -> None:
    class Broken(MemoryVectorStore):
        async def delete_documents(self, document_ids: Sequence[str]) -> None:
            raise Unavailable("the disk is gone", dependency="vector_store")

    async with open_library(tmp_path, store=Broken()) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        await library.settled(ada)
        with pytest.raises(Unavailable):
            await library.service.delete(ada, stored.id)
        assert await library.search(ada, "boats") == []
    async with open_library(tmp_path) as library:
        assert await library.search(ada, "boats") == []
        assert await library.database.collection(CHUNKS).count({}) == 0
        assert await library.database.collection(VERSIONS).count({}) == 0
        assert await library.database.collection(TOMBSTONES).count({"open": True}) == 0


async def test_texts_without_a_head_are_swept_at_the_next_start(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from backend.documents.texts import NewText, VersionRepository

    async with open_library(tmp_path, work=False) as library:
        orphan = NewText(text_id="t", document_id="never", text="x", created_at=datetime.now(UTC))
        await VersionRepository(library.database).unscoped_put([orphan])
    async with open_library(tmp_path, work=False) as library:
        assert await library.database.collection(VERSIONS).count({}) == 0


async def test_a_former_version_that_a_crash_left_is_removed_at_the_next_start(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object, **__: object) -> None:
        raise Unavailable("the process dies here", dependency="database")

    async with open_library(tmp_path) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float. " * 200)])
        await library.settled(ada)
        monkeypatch.setattr("backend.documents.texts.VersionRepository.unscoped_drop", crash)
        monkeypatch.setattr("backend.documents.texts.ChunkRepository.unscoped_delete", crash)
        await library.service.store_texts("ada", [TextItem("1", "T", "Trains roll.")])
        await library.settled(ada)
        assert await library.database.collection(CHUNKS).count({}) > 1
    monkeypatch.undo()
    async with open_library(tmp_path) as library:
        await assert_whole(library, ada, 1)
        assert (await library.service.text(ada, stored.id)).text == "Trains roll."


class FailingEmbedder(HashEmbedder):
    """Fails so many times with the given error, then works."""

    def __init__(self, error: Exception, times: int) -> None:
        super().__init__()
        self.error = error
        self.left = times

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self.left > 0:
            self.left -= 1
            raise self.error
        return await super().embed_documents(texts)


async def test_a_passing_fault_is_tried_again_by_itself(tmp_path: Path, ada: Caller) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, jobs=JobSettings(recovery_seconds=0.05))
    embedder = FailingEmbedder(UpstreamTransient("try later"), times=2)
    async with open_library(tmp_path, embedder=embedder, settings=settings, pause_seconds=0.05) as library:
        await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        assert await library.settled(ada) == {"indexed": 1}


@pytest.mark.parametrize(
    ("error", "code"),
    [(UpstreamRejected("too long"), "upstream_rejected"), (RuntimeError("a bug"), "internal_error")],
)
async def test_a_lasting_fault_lands_on_the_document(tmp_path: Path, ada: Caller, error: Exception, code: str) -> None:
    async with open_library(tmp_path, embedder=FailingEmbedder(error, times=100)) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        assert await library.settled(ada) == {"failed": 1}
        reason = (await library.service.get(ada, stored.id)).error
        assert reason is not None
        assert reason.code == code
        assert "a bug" not in reason.message


async def test_an_index_that_fails_once_loses_no_document(tmp_path: Path, ada: Caller) -> None:
    class FailsOnce(MemoryVectorStore):
        failed = False

        async def upsert(self, entries: Sequence[IndexEntry]) -> None:
            if not self.failed:
                self.failed = True
                raise Unavailable("the disk hiccups", dependency="vector_store")
            await super().upsert(entries)

    settings = Settings(_env_file=None, data_dir=tmp_path, jobs=JobSettings(recovery_seconds=0.05))
    async with open_library(tmp_path, store=FailsOnce(), settings=settings, pause_seconds=0.05) as library:
        await library.service.store_texts("ada", TEXTS)
        await library.settled(ada)
        await assert_whole(library, ada, 40)


async def test_a_text_that_changes_while_it_is_embedded_ends_as_its_last_state(tmp_path: Path, ada: Caller) -> None:
    class Held(HashEmbedder):
        asked, go_on = 0, asyncio.Semaphore(0)

        async def embed_documents(self, texts: Sequence[str]) -> Vectors:
            self.asked += 1
            await self.go_on.acquire()
            return await super().embed_documents(texts)

    embedder = Held()
    async with open_library(tmp_path, embedder=embedder) as library:
        for number in range(6):
            [stored] = await library.service.store_texts(
                "ada", [TextItem("1", "T", f"Boats float {number} times. " * 90)]
            )
            embedder.go_on.release()  # the one before goes on while this one is already there
            await until(lambda n=number: embedder.asked > n)  # type: ignore[misc]
        for _ in range(100):
            embedder.go_on.release()
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "The last word.")])
        await library.settled(ada)

        async def cleared() -> bool:  # what was overtaken clears away what it wrote
            counts = [await library.database.collection(spec).count({}) for spec in (VERSIONS, CHUNKS)]
            return [*counts, await library.store.count(), await library.lexical.count()] == [1, 1, 1, 1]

        await until_true(cleared)
        await assert_whole(library, ada, 1)
        assert (await library.service.text(ada, stored.id)).text == "The last word."
        assert [hit.text for hit in await library.search(ada, "boats float word")] == ["The last word."]


async def test_a_document_deleted_while_it_is_embedded_leaves_nothing(tmp_path: Path, ada: Caller) -> None:
    class Held(HashEmbedder):
        started, go_on = asyncio.Event(), asyncio.Event()

        async def embed_documents(self, texts: Sequence[str]) -> Vectors:
            self.started.set()
            await self.go_on.wait()
            return await super().embed_documents(texts)

    embedder = Held()
    async with open_library(tmp_path, embedder=embedder) as library:
        [stored] = await library.service.store_texts("ada", [TextItem("1", "T", "Boats float.")])
        await embedder.started.wait()
        await library.service.delete(ada, stored.id)
        embedder.go_on.set()
        [other] = await library.service.store_texts("ada", [TextItem("2", "T", "Trains roll.")])
        await library.settled(ada)
        await library.jobs.stop(timeout_seconds=60)  # what is under way ends
        await assert_whole(library, ada, 1)
        assert {hit.document_id for hit in await library.search(ada, "boats trains")} == {other.id}


VICTIM = """
import asyncio, sys
from pathlib import Path
from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.embedding.search.lexical_tantivy import TantivyIndex
from tests.integration.indexing.test_recovery import faiss_in
from tests.support.embedder import HashEmbedder
from tests.support.library import open_library
from tests.support.waiting import all_wait

class Slow(HashEmbedder):
    async def embed_documents(self, texts):
        await all_wait()
        return await super().embed_documents(texts)

async def main(folder, round_):
    async with open_library(
        folder, embedder=Slow(), store=faiss_in(folder), lexical=TantivyIndex(folder / "lexical")
    ) as library:
        for batch in range(1000):
            texts = [
                TextItem(f"{round_}-{batch}-{n}", f"T {n}", f"Round {round_} batch {batch} item {n} speaks of boats.")
                for n in range(5)
            ]
            for stored in await library.service.store_texts("ada", texts):
                print("ack", stored.external_id, flush=True)
            await all_wait()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def kill_while_storing(folder: Path, round_: int, *, after: int) -> set[str]:
    """Runs a process that stores texts, kills it (kill -9) and returns what it had acknowledged."""
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(folder), str(round_)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    acknowledged: set[str] = set()
    for line in victim.stdout:  # goes on after the kill, through what was still in the pipe
        if line.startswith("ack ") and line.endswith("\n"):
            acknowledged.add(line.split()[1])
        if len(acknowledged) == after:
            victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert len(acknowledged) >= after
    return acknowledged


async def test_a_killed_process_loses_nothing_and_does_nothing_twice(tmp_path: Path, ada: Caller) -> None:
    acknowledged: set[str] = set()
    for round_ in range(3):
        acknowledged |= await asyncio.to_thread(kill_while_storing, tmp_path, round_, after=15 + 10 * round_)
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        await library.settled(ada)
        rows, _ = await library.service.page(ada, DocumentQuery(), limit=1000)
        assert acknowledged <= {row["external_id"] for row in rows}
        await assert_whole(library, ada, len(rows))
        assert {row["version"] for row in rows} == {1}
