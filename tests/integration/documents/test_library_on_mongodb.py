"""The library over MongoDB, through the real driver: the same promises as over SQLite."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.citations import CitedStretch
from backend.documents.incoming import TextItem
from backend.documents.repository import DocumentQuery
from backend.errors import NotFound
from tests.support.files import zipped
from tests.support.library import Library, open_library
from tests.support.mongo_server import mongo_database, mongo_server

BOATS = TextItem("boats", "Boats", "Boats float on water.")


@pytest.fixture(scope="module")
def mongo_uri() -> Iterator[str]:
    with mongo_server() as uri:
        yield uri


@pytest.fixture
async def library(tmp_path: Path, mongo_uri: str) -> AsyncIterator[Library]:
    async with mongo_database(mongo_uri) as database, open_library(tmp_path, database=database) as opened:
        yield opened


async def test_texts_are_stored_replaced_shared_listed_and_deleted(library: Library, ada: Caller, ben: Caller) -> None:
    [first] = await library.service.store_texts("ada", [BOATS])
    await library.settled(ada)
    assert [hit.text for hit in await library.search(ada, "boats")] == ["Boats float on water."]
    [again] = await library.service.store_texts("ada", [BOATS])
    assert again.outcome == "unchanged"
    shared = replace(BOATS, text="Boats sink at times.", access=frozenset({"group:legal"}))
    await library.service.store_texts("ada", [shared])
    await library.settled(ada)
    assert (await library.service.text(ben, first.id)).text == "Boats sink at times."
    assert [hit.version for hit in await library.search(ben, "boats")] == [2]
    await library.service.store_texts("ada", [replace(shared, access=frozenset())])
    with pytest.raises(NotFound):
        await library.service.get(ben, first.id)
    await library.settled(ada)
    quote = CitedStretch(first.id, 2, 0, 5, "Boats")
    await library.service.unscoped_retain_citations([quote], user_id="ben", message_id="m")
    await library.service.delete(ada, first.id)
    assert (await library.service.text(ben, first.id, 2)).text == "Boats"
    assert await library.search(ada, "boats") == []
    assert await library.service.count_by_status(ada) == {}


async def test_pages_and_titles(library: Library, ada: Caller) -> None:
    await library.service.store_texts("ada", [TextItem(str(n), f"Title {n}", "x") for n in range(5)])
    rows, before = await library.service.page(ada, DocumentQuery(), limit=3)
    rest, end = await library.service.page(ada, DocumentQuery(), before=before, limit=3)
    assert [row["external_id"] for row in rows + rest] == ["4", "3", "2", "1", "0"]
    assert end is None
    found, _ = await library.service.page(ada, DocumentQuery(title="TITLE 3"), limit=3)
    assert [row["external_id"] for row in found] == ["3"]


async def test_files_inside_an_archive_come_and_go_with_it(library: Library, ada: Caller) -> None:
    archive_id = await library.add_file(ada, "a.zip", zipped({"inside.txt": b"Walnuts are kept inside."}))
    assert await library.settled(ada) == {"indexed": 2}
    await library.service.delete(ada, archive_id)
    assert await library.service.count_by_status(ada) == {}
