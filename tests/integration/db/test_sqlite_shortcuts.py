"""Two shortcuts of the embedded database: along the ids past arrays, and answers kept until the next commit."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.db import sqlite_aggregation
from backend.db.collection import CollectionSpec, DuplicateKey, Group, GroupKey, Index
from backend.db.sqlite import SqliteDatabase
from backend.db.sqlite_filters import Plan, plan
from backend.db.sqlite_schema import Table
from tests.support.database import sqlite_database

THINGS = CollectionSpec(
    "things", (Index((("tags", 1), ("_id", -1))), Index((("state", 1),)), Index((("name", 1),), unique=True))
)
OTHERS = CollectionSpec("others", (Index((("state", 1),)),))


def thing(number: int) -> dict[str, object]:
    return {"_id": f"{number:05d}", "name": str(number), "state": "new", "tags": [f"t{number % 50}", "all"]}


async def test_the_newest_of_many_matches_are_read_without_sorting_all_of_them(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, THINGS) as database:
        await database.collection(THINGS).insert_many([thing(n) for n in range(3_000)])
        wanted = {"tags": {"$in": [f"t{n}" for n in range(0, 50, 2)] + ["all"]}, "state": {"$ne": "old"}}
        query = plan(database.table("things"), wanted, (("_id", -1),))
        assert query.walk is not None
        steps = await database.read(
            lambda connection: connection.execute(
                f'EXPLAIN QUERY PLAN SELECT n FROM "c:things" WHERE {query.walk.where.text}{query.order} LIMIT 9',  # type: ignore[union-attr]
                query.walk.where.parameters,  # type: ignore[union-attr]
            ).fetchall()
        )
        told = " ".join(str(step[3]) for step in steps)
        assert "SCAN" in told
        assert "TEMP B-TREE" not in told
        assert "(n=?)" in told
        found = await database.collection(THINGS).find(wanted, sort=(("_id", -1),), limit=9)
        assert [record["_id"] for record in found] == [f"{n:05d}" for n in range(2_999, 2_990, -1)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that were really counted."""
    counted: list[str] = []
    honest = sqlite_aggregation.aggregate

    def counting(
        connection: sqlite3.Connection, table: Table, plan: Plan, by: Sequence[GroupKey], sums: Sequence[str]
    ) -> list[Group]:
        counted.append(table.spec.name)
        return honest(connection, table, plan, by, sums)

    monkeypatch.setattr("backend.db.sqlite_collection.aggregate", counting)
    return counted


async def test_a_count_is_kept_until_the_table_changes_whoever_changes_it(tmp_path: Path, asked: list[str]) -> None:
    async with sqlite_database(tmp_path, THINGS, OTHERS) as database:
        things, writer = database.collection(THINGS), database.collection(THINGS)
        await writer.insert_many([thing(n) for n in range(10)])
        for _ in range(3):
            assert await things.group_count({}, "state") == {"new": 10}
            await database.collection(OTHERS).insert_one({"_id": "x" + str(len(asked)) + str(_), "state": "s"})
        assert asked == ["things"]
        changes = (
            (writer.update_one({"_id": "00001"}, {"$set": {"state": "old"}}), {"new": 9, "old": 1}),
            (writer.bulk_update([("00002", {"$set": {"state": "old"}})]), {"new": 8, "old": 2}),
            (writer.find_one_and_update({"_id": "00003"}, {"$set": {"state": "old"}}), {"new": 7, "old": 3}),
            (writer.bulk_upsert([{**thing(4), "state": "old"}]), {"new": 6, "old": 4}),
            (writer.delete_one({"_id": "00005"}), {"new": 5, "old": 4}),
            (writer.delete_many({"state": "old"}), {"new": 5}),
        )
        for change, expected in changes:
            await change
            assert await things.group_count({}, "state") == expected
        with pytest.raises(DuplicateKey):
            await writer.insert_many([thing(50), thing(50)])  # the first one stands
        assert await things.group_count({}, "state") == {"new": 6}


async def test_counts_beside_writes_are_never_older_than_what_was_acknowledged(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, THINGS) as database:
        things = database.collection(THINGS)
        acknowledged = 0

        async def write() -> None:
            nonlocal acknowledged
            for number in range(120):
                await things.insert_one(thing(number))
                acknowledged = number + 1

        async def count(database: SqliteDatabase) -> None:
            reader = database.collection(THINGS)
            while acknowledged < 120:
                at_least = acknowledged
                assert sum((await things.group_count({}, "state")).values()) >= at_least
                assert sum((await reader.group_count({}, "state")).values()) >= at_least

        await asyncio.gather(write(), count(database), count(database))
