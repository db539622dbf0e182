"""A dependency goes away and comes back: `/readyz` names it, the API says what to do, and nothing is lost meanwhile."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from backend.client import BibliosClient
from backend.embedding.indexing.state import TOMBSTONES
from tests.integration.production.cluster import Link, link_to
from tests.support.app import PASSWORD, RunningApp, running_app, settings_for
from tests.support.chroma_server import chroma_server
from tests.support.mongo_server import mongo_server
from tests.support.redis_server import RedisServer, redis_server
from tests.support.waiting import until_true

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@dataclass(slots=True)
class Site:
    """A server with MongoDB and Chroma behind links that can be cut, and a Redis that can be stopped."""

    app: RunningApp
    mongo: Link
    chroma: Link
    redis: RedisServer

    async def readiness(self) -> tuple[int, set[str]]:
        """The status code, and what is down."""
        async with httpx.AsyncClient(base_url=self.app.url, timeout=10) as http:
            answer = await http.get("/readyz")
        return answer.status_code, {
            name for name, health in answer.json()["dependencies"].items() if health["status"] == "down"
        }

    async def becomes(self, code: int, down: set[str]) -> None:
        async def so() -> bool:
            return await self.readiness() == (code, down)

        await until_true(so)


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    chroma_url = await asyncio.to_thread(chroma_server)
    with mongo_server() as mongo_url, redis_server() as redis:
        async with link_to(_port(mongo_url)) as mongo, link_to(_port(chroma_url)) as chroma:
            name = f"biblios_test_{uuid.uuid4().hex[:12]}"
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                database={
                    "url": f"mongodb://127.0.0.1:{mongo.port}/?directConnection=true",
                    "name": name,
                    "timeout_seconds": 8,
                },
                redis={"url": redis.url},
                vector={
                    "backend": "chroma_server",
                    "url": f"http://127.0.0.1:{chroma.port}",
                    "collection": name,
                    "timeout_seconds": 8,
                },
                jobs={"lease_seconds": 3, "recovery_seconds": 0.3},
            )
            async with running_app(settings) as app:
                yield Site(app, mongo, chroma, redis)


async def _add(client: BibliosClient, name: str) -> str:
    [item] = await client.add_texts([{"external_id": name, "title": name, "text": f"The {name} sails at dawn."}])
    return str(item["id"])


async def test_without_redis_work_goes_on_later_and_readers_notice_nothing(site: Site) -> None:
    async with site.app.signed_in("ann") as client:
        await _add(client, "schooner")
        await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.05)
        assert await site.readiness() == (200, set())
        site.redis.stop()
        await site.becomes(503, {"jobs"})
        assert [hit["external_id"] for hit in await client.search("schooner")] == ["schooner"]
        await _add(client, "brigantine")  # taken, since the record is the truth
        guess = await client.http.post("/api/v1/auth/login", json={"email": "ann@example.com", "password": PASSWORD})
        assert (guess.status_code, guess.json()["code"]) == (503, "unavailable")
        assert "tell your operator" in guess.json()["detail"]  # what is away would be a hint
        await asyncio.to_thread(site.redis.start)
        await site.becomes(200, set())
        counts = await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.1)
        assert (counts["indexed"], counts["failed"]) == (2, 0)


async def test_without_the_vector_store_words_still_find_and_deletions_are_made_up_for(site: Site) -> None:
    async with site.app.signed_in("ben") as client:
        gone = await _add(client, "cutter")
        await _add(client, "frigate")
        await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.05)
        await site.chroma.cut()
        await site.becomes(503, {"vector_store"})
        found = await client.get("/search", q="frigate")
        assert (found["degraded"], found["hits"][0]["external_id"]) == (["semantic"], "frigate")
        refused = await client.http.delete(f"/api/v1/documents/{gone}")
        assert refused.status_code == 503
        assert "vector store" in refused.json()["detail"]
        assert (await client.get("/search", q="cutter"))["hits"] in ([], found["hits"])  # decided, so gone already
        await _add(client, "clipper")
        await site.chroma.mend()
        await site.becomes(200, set())
        counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
        assert (counts["indexed"], counts["failed"]) == (2, 0)
        assert (await client.get("/search", q="clipper", limit=1))["degraded"] == []
        store, heads = site.app.container.vector_store, {row["id"] for row in await _rows(client)}
        assert gone not in heads

        async def all_taken_away() -> bool:
            return not await site.app.container.database.collection(TOMBSTONES).count({"open": True})

        await until_true(all_taken_away)
        everybody = frozenset({f"user:{(await client.get('/auth/me'))['id']}"})
        vector = await site.app.container.embedder.embed_query("cutter")
        from backend.embedding.search.models import Filters

        hits = await store.search(vector, limit=10, principals=everybody, filters=Filters())
        assert {hit.document_id for hit in hits} == heads


async def _rows(client: BibliosClient) -> list[dict[str, str]]:
    return list((await client.get("/documents"))["items"])


async def test_without_the_database_everything_is_refused_with_advice_and_comes_back(site: Site) -> None:
    async with site.app.signed_in("cleo") as client:
        await _add(client, "galley")
        await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.05)
        await site.mongo.cut()
        await site.becomes(503, {"database", "lexical_index"})
        calls: list[Callable[[], Awaitable[httpx.Response]]] = [
            lambda: client.http.get("/api/v1/documents"),
            lambda: client.http.get("/api/v1/search", params={"q": "galley"}),
            lambda: client.http.post("/api/v1/conversations", json={}),
        ]
        for call in calls:
            answer = await call()
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert "tell your operator" in answer.json()["detail"]
            assert "BIBLIOS_" not in answer.text  # nobody is known as an administrator while accounts are away
        assert (await client.http.get("/healthz")).status_code == 200
        await site.mongo.mend()
        await site.becomes(200, set())
        assert [hit["external_id"] for hit in await client.search("galley")] == ["galley"]
        await _add(client, "dinghy")
        counts = await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.1)
        assert (counts["indexed"], counts["failed"]) == (2, 0)


async def test_a_second_process_with_indexes_of_its_own_is_refused(site: Site, tmp_path: Path) -> None:
    """MongoDB alone does not make an installation of several processes: faiss lies in the data folder."""
    from backend.db.folder_lock import FolderInUse

    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    settings = settings_for(
        tmp_path, database={"url": f"mongodb://127.0.0.1:{site.mongo.port}/?directConnection=true", "name": name}
    )
    from backend.container import Container

    async with Container(settings):
        with pytest.raises(FolderInUse, match="BIBLIOS_VECTOR_BACKEND"):
            await Container(settings).start()
