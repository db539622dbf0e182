"""A long read of MongoDB, whose reader takes longer than the server keeps a cursor that nobody asks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import CursorNotFound

from backend.db.collection import Collection, CollectionSpec, Record
from tests.support.mongo_server import mongo_database, mongo_server

NOTES = CollectionSpec("notes")


@pytest.fixture
async def notes() -> AsyncIterator[Collection]:
    with mongo_server() as uri:
        async with mongo_database(uri, NOTES) as database:
            collection = database.collection(NOTES)
            await collection.insert_many([{"_id": f"{n:02}", "n": n} for n in range(30)])
            yield collection


async def test_a_stream_outlives_a_cursor_that_the_server_dropped(
    notes: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[AsyncCursor[Record]] = []
    dropped: list[AsyncCursor[Record]] = []
    to_list = AsyncCursor.to_list

    async def asked(cursor: AsyncCursor[Record], length: int | None = None) -> list[Record]:
        """What the server answers once it has dropped a cursor."""
        if cursor in dropped:
            raise CursorNotFound("cursor id 1 not found", 43)
        known.append(cursor)
        return await to_list(cursor, length)

    monkeypatch.setattr(AsyncCursor, "to_list", asked)
    read = notes.stream({"n": {"$gte": 5}}, sort=[("n", -1)], fields=["n"], batch=4)
    seen: list[Any] = [(await anext(read))["n"]]
    dropped += known  # nobody asked for ten minutes
    seen += [record["n"] async for record in read]
    assert seen == list(range(29, 4, -1))


async def test_a_record_that_goes_or_changes_before_its_batch_is_read_is_left_out(notes: Collection) -> None:
    read = notes.stream({"n": {"$lt": 8}}, sort=[("n", 1)], batch=2)
    seen = [(await anext(read))["n"]]
    await notes.delete_one({"_id": "04"})
    await notes.update_one({"_id": "05"}, {"$set": {"n": 50}})
    assert seen + [record["n"] async for record in read] == [0, 1, 2, 3, 6, 7]
