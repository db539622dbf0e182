"""Processes that start while others write: an index on a server is neither emptied nor left with gaps."""

import asyncio
import uuid
from pathlib import Path

import pytest

from backend.container import Container
from backend.documents.schema import CHUNKS, VERSIONS
from backend.settings import Settings
from tests.support.app import running_app, settings_for
from tests.support.chroma_server import chroma_server
from tests.support.mongo_server import mongo_server
from tests.support.waiting import until

TEXTS = 60


def _settings(folder: Path, mongo: str, chroma: str, name: str) -> Settings:
    return settings_for(
        folder,
        database={"url": mongo, "name": name},
        vector={"backend": "chroma_server", "url": chroma, "collection": name},
    )


@pytest.mark.slow
async def test_starts_beside_an_ingest_lose_nothing(tmp_path: Path) -> None:
    chroma = await asyncio.to_thread(chroma_server)
    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    with mongo_server() as mongo:
        settings = _settings(tmp_path / "data", mongo, chroma, name)
        async with running_app(settings) as app, app.signed_in("ann") as client:
            starts = 0
            started = asyncio.Semaphore(0)

            async def ingest() -> None:
                for number in range(0, TEXTS, 3):
                    await client.add_texts(
                        [
                            {"external_id": str(n), "title": f"Boat {n}", "text": f"Boat number {n} sails at dawn."}
                            for n in range(number, number + 3)
                        ]
                    )
                    if starts < 3:  # some of it comes before, between and after the starts of others
                        await started.acquire()

            ingesting = asyncio.create_task(ingest())
            while not ingesting.done():
                async with Container(settings, works=False):
                    starts += 1
                    started.release()
            await ingesting
            assert starts >= 2
            counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
            assert counts == {"queued": 0, "processing": 0, "indexed": TEXTS, "failed": 0}
            database = app.container.database
            assert await database.collection(VERSIONS).count({}) == TEXTS
            chunks = await database.collection(CHUNKS).count({})
            assert await app.container.vector_store.count() == chunks
            assert await app.container.lexical.count() == chunks
            assert (await client.search("Boat 59", limit=1))[0]["external_id"] == "59"

            # A server whose disk was exchanged holds nothing: the next start fills it again from what is stored.
            await app.container.vector_store.clear()
            async with Container(settings, works=False) as other:
                await until(lambda: other.indexing.caught_up)
            assert await app.container.vector_store.count() == chunks
