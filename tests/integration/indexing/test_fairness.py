"""One holder's many documents do not keep another's few waiting; what is gone is not read to its end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import structlog

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.schema import DOCUMENTS
from backend.embedding.models.base import Vectors
from backend.settings import JobSettings, Settings
from tests.support.embedder import HashEmbedder
from tests.support.library import Library, open_library
from tests.support.waiting import until, until_true

ADA, BEN = Caller.of("ada"), Caller.of("ben")
#: Read in Python, for longer than any test takes.
ENDLESS_PAGE = b"<html><body>" + b"<p>word <b>bold</b></p>" * 2_000_000


class Gated(HashEmbedder):
    """Embeds nothing before `gate` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked.set()
        await self.gate.wait()
        return await super().embed_documents(texts)


@pytest.fixture
def embedder() -> Gated:
    return Gated()


@pytest.fixture
async def library(tmp_path: Path, embedder: Gated) -> AsyncIterator[Library]:
    settings = Settings(_env_file=None, data_dir=tmp_path, jobs=JobSettings(concurrency=4))
    async with open_library(tmp_path, embedder=embedder, settings=settings) as opened:
        yield opened


async def being_read(library: Library) -> None:
    """Returns when a document of Ada's was claimed."""

    async def claimed() -> bool:
        return bool((await library.service.count_by_status(ADA)).get("processing"))

    await until_true(claimed)


async def test_one_persons_text_overtakes_the_many_files_of_another(library: Library, embedder: Gated) -> None:
    items = [TextItem(f"{n}", "Ada", f"Paper number {n}.") for n in range(200)]
    await library.service.store_texts("ada", items)
    await embedder.asked.wait()
    await library.service.store_texts("ben", [TextItem("only", "Ben", "The one note.")])
    embedder.gate.set()
    await library.settled(BEN)
    assert [hit.title for hit in await library.search(BEN, "note")] == ["Ben"]
    await library.settled(ADA, seconds=60)
    place = embedder.embedded.index("Ben\nThe one note.")
    # Two batches were with the encoder already, and of what waited each batch takes from both.
    assert place < 4 * embedder.batch_texts


async def test_hostile_files_of_one_person_leave_a_reader_for_another(library: Library, embedder: Gated) -> None:
    embedder.gate.set()
    hostile = [await library.add_file(ADA, f"{n}.html", ENDLESS_PAGE + str(n).encode()) for n in range(3)]
    await library.add_file(BEN, "note.md", b"# Note\n\nThe one note.")
    await library.settled(BEN, seconds=60)
    assert [hit.title for hit in await library.search(BEN, "note")] == ["Note"]
    counts = await library.service.count_by_status(ADA)
    assert counts.get("queued", 0) + counts.get("processing", 0) == 3
    for document_id in hostile:
        await library.service.delete(ADA, document_id)


async def test_a_document_that_is_deleted_is_no_longer_read(library: Library, embedder: Gated) -> None:
    embedder.gate.set()
    with structlog.testing.capture_logs() as logs:
        document_id = await library.add_file(ADA, "endless.html", ENDLESS_PAGE)
        await being_read(library)
        await library.service.delete(ADA, document_id)
        await until(lambda: any(entry["event"] == "document_superseded" for entry in logs), seconds=30)
    await library.add_file(ADA, "next.md", b"# Next\n\nRead at once.")
    await library.settled(ADA, seconds=60)
    assert [hit.title for hit in await library.search(ADA, "read")] == ["Next"]


async def test_a_file_that_is_replaced_is_no_longer_read_and_the_new_one_is(library: Library, embedder: Gated) -> None:
    embedder.gate.set()
    await library.add_file(ADA, "page.html", ENDLESS_PAGE)
    await being_read(library)
    await library.add_file(ADA, "page.html", b"<html><body><p>The short new page.</p></body></html>")
    await library.settled(ADA, seconds=60)
    assert len(await library.search(ADA, "short new page")) == 1


async def test_what_another_process_deleted_is_noticed(library: Library, embedder: Gated) -> None:
    embedder.gate.set()
    with structlog.testing.capture_logs() as logs:
        document_id = await library.add_file(ADA, "endless.html", ENDLESS_PAGE)
        await being_read(library)
        await library.database.collection(DOCUMENTS).delete_one({"_id": document_id})
        await until(lambda: any(entry["event"] == "document_superseded" for entry in logs), seconds=30)
