"""The demo is removed with one call, and nothing of it is left: over both databases."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.access import Caller
from backend.db.collection import Database
from backend.documents.demo import DEMO_DIR, DemoLoader
from backend.documents.demo_marks import DEMO_SOURCES
from backend.documents.incoming import TextItem
from backend.documents.schema import CHUNKS, DOCUMENTS, VERSION_PARTS, VERSIONS
from backend.embedding.search.models import Filters
from tests.support.files import zipped
from tests.support.library import Library, open_library
from tests.support.mongo_server import mongo_database, mongo_server

_FILES = {"library/walnut.md": b"The walnut store is opened on 4 May.", "library/pack.zip": b""}


@pytest.fixture(scope="module")
def mongo_uri() -> Iterator[str]:
    with mongo_server() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "mongo"])
async def library(request: pytest.FixtureRequest, tmp_path: Path, mongo_uri: str) -> AsyncIterator[Library]:
    if request.param == "sqlite":
        async with open_library(tmp_path / "data") as opened:
            yield opened
        return
    async with mongo_database(mongo_uri) as database, open_library(tmp_path / "data", database=database) as opened:
        yield opened


@pytest.fixture
def demo(library: Library, tmp_path: Path) -> DemoLoader:
    folder = tmp_path / "demo"
    (folder / "library").mkdir(parents=True)
    rows = []
    for number, (path, data) in enumerate(_FILES.items()):
        (folder / path).write_bytes(data or zipped({"inside.md": b"Hazelnuts are kept in the pack."}))
        source = sorted(DEMO_SOURCES)[number]
        rows.append({"path": path, "title": path, "source": source, "modified_at": "2026-01-01T00:00:00Z"})
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return DemoLoader(library.service, library.parts.blobs, folder)


async def test_nothing_of_the_demo_is_left(library: Library, demo: DemoLoader, ada: Caller, ben: Caller) -> None:
    own = [TextItem("demo/own", "Walnut rota", "Ada opens the walnut store.")]
    [kept] = await library.service.store_texts("ada", own)
    await library.settled(ada)
    before = await held(library.database)
    await demo.load("ada")
    await library.settled(ada)
    assert await library.service.count_demo(ada) == 3
    only_demo = Filters(sources=DEMO_SOURCES)
    found = await library.parts.search.search(ada, "walnut hazelnuts", filters=only_demo, limit=9)
    assert {hit.external_id.rpartition("/")[2] for hit in found.hits} >= {"walnut.md", "inside.md"}
    assert kept.id not in {hit.document_id for hit in found.hits}
    removed = await asyncio.gather(library.service.delete_demo(ada), library.service.delete_demo(ben))
    assert list(removed) == [3, 0]
    assert await library.service.count_demo(ada) == 0
    assert await held(library.database) == before
    for words in ("walnut", "hazelnuts"):
        assert {hit.document_id for hit in await library.search(ada, words)} <= {kept.id}
    vector = await library.embedder.embed_query("hazelnuts in the pack")
    access = frozenset({"user:ada"})
    near = await library.store.search(vector, limit=9, principals=access, filters=Filters())
    worded = await library.lexical.search("hazelnuts walnut", limit=9, principals=access, filters=Filters())
    assert {hit.document_id for hit in (*near, *worded)} == {kept.id}
    assert await library.database.collection(DOCUMENTS).count({"blob": {"$exists": True}}) == 0
    assert await library.parts.blobs.sweep(in_nobodys_use, older_than=timedelta(seconds=-1)) == 3


async def test_one_persons_demo_stays_when_another_removes_theirs(
    library: Library, demo: DemoLoader, ada: Caller, ben: Caller
) -> None:
    await demo.load("ada")
    await demo.load("ben")
    await library.settled(ada)
    await library.settled(ben)
    assert await library.service.delete_demo(ada) == 3
    assert await library.service.count_demo(ben) == 3
    assert [hit.text for hit in await library.search(ben, "walnut store")][:1] == [_FILES["library/walnut.md"].decode()]
    await demo.load("ada")
    assert await library.service.count_demo(ada) >= 2


def test_the_demo_has_the_sources_by_which_it_is_known() -> None:
    with (DEMO_DIR / "manifest.jsonl").open(encoding="utf-8") as lines:
        assert {json.loads(line)["source"] for line in lines if line.strip()} == DEMO_SOURCES


async def in_nobodys_use(digests: Collection[str]) -> set[str]:
    return set()


async def held(database: Database) -> dict[str, int]:
    """How many records there are of everything that belongs to documents."""
    return {
        spec.name: await database.collection(spec).count({}) for spec in (DOCUMENTS, VERSIONS, VERSION_PARTS, CHUNKS)
    }
