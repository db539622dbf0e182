"""What the declared indexes become in the SQLite file, and what happens when their declaration changes."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.db.collection import CollectionSpec, DuplicateKey, Index, Sort, UnsupportedQuery
from backend.db.sqlite import SqliteDatabase
from backend.db.sqlite_filters import plan
from tests.support.database import sqlite_database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = CollectionSpec("notes")
FULL = CollectionSpec(
    "notes",
    (
        Index((("owner", 1), ("created_at", -1))),
        Index((("tags", 1),)),
        Index((("slug", 1),), unique=True, partial={"slug": {"$exists": True}}),
        Index((("status", 1), ("until", 1)), partial={"status": "due"}),
    ),
)


def note(i: int, **fields: Any) -> dict[str, Any]:
    return {"_id": f"{i:03}", "owner": f"o{i % 3}", "created_at": NOW + timedelta(hours=i), **fields}


async def explain(database: SqliteDatabase, filter: dict[str, Any], sort: Any = ()) -> str:
    """How SQLite reads the records of a filter."""
    table = database.table("notes")
    query = plan(table, filter, sort)

    def ask(connection: sqlite3.Connection) -> str:
        rows = connection.execute(
            f'EXPLAIN QUERY PLAN SELECT doc FROM "{table.name}" WHERE {query.where.text}{query.order} LIMIT 50',
            query.where.parameters,
        )
        return " | ".join(row[3].decode() for row in rows)

    assert query.in_sql
    return await database.read(ask)


PAGE: Sort = [("created_at", -1), ("_id", 1)]


@pytest.mark.parametrize(
    ("wanted", "sort", "parts"),
    [
        ({"_id": "001"}, (), ["USING INDEX sqlite_autoindex", "(id=?)"]),
        ({"_id": {"$in": ["001", "002"]}}, (), ["USING INDEX sqlite_autoindex", "(id=?)"]),
        ({"owner": "o1"}, PAGE, ["notes:owner_1_created_at_-1", "(k:owner=?)"]),
        (
            {
                "owner": "o1",
                "$or": [{"created_at": {"$lt": NOW}}, {"created_at": NOW, "_id": {"$gt": "0"}}],
            },
            PAGE,
            ["notes:owner_1_created_at_-1", "(k:owner=? AND k:created_at<?)"],
        ),
        ({"slug": "s"}, (), ["notes:slug_1", "(k:slug=?)"]),
        (
            {"status": "due", "until": {"$lt": NOW}},
            [("until", 1)],
            ["notes:status_1_until_1", "(k:status=? AND k:until>?"],
        ),
        ({"tags": "x"}, (), ["m:notes", "(path=? AND key=?)"]),
    ],
)
async def test_declared_indexes_are_used(tmp_path: Path, wanted: dict[str, Any], sort: Any, parts: list[str]) -> None:
    async with sqlite_database(tmp_path, FULL) as database:
        await database.collection(FULL).insert_many([note(i, tags=["x"]) for i in range(10)])
        how = await explain(database, wanted, sort)
    assert all(part in how for part in parts), how
    assert "USE TEMP B-TREE" not in how


async def test_new_indexes_find_the_records_that_were_there_before(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, PLAIN) as database:
        await database.collection(PLAIN).insert_many(
            [note(i, tags=["x", f"t{i}"], status="due" if i % 2 else "done", until=NOW) for i in range(30)]
        )
    async with sqlite_database(tmp_path, FULL) as database:
        notes = database.collection(FULL)
        found = await notes.find({"owner": "o1"}, sort=PAGE, limit=2)
        assert [record["_id"] for record in found] == ["028", "025"]
        assert await notes.count({"tags": "t7"}) == 1
        assert await notes.count({"status": "due", "until": {"$lte": NOW}}) == 15
        assert await notes.count({"tags": {"$ne": "t7"}}) == 29


async def test_indexes_no_longer_declared_are_dropped_and_can_come_back(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, FULL) as database:
        await database.collection(FULL).insert_one(note(1, slug="s", tags=["x"]))
    async with sqlite_database(tmp_path, PLAIN) as database:
        notes = database.collection(PLAIN)
        await notes.insert_one(note(2, slug="s", tags=["y"]))
        assert await notes.count({"slug": "s"}) == 2
        await notes.update_one({"_id": "002"}, {"$set": {"slug": "other", "tags": ["z"]}})
    async with sqlite_database(tmp_path, FULL) as database:
        notes = database.collection(FULL)
        assert [await notes.count({"tags": tag}) for tag in "xyz"] == [1, 0, 1]
        with pytest.raises(DuplicateKey):
            await notes.insert_one(note(3, slug="other"))


async def test_another_filter_of_a_partial_index_selects_anew(tmp_path: Path) -> None:
    def spec(status: str) -> CollectionSpec:
        return CollectionSpec("notes", (Index((("slug", 1),), unique=True, partial={"status": status}),))

    async with sqlite_database(tmp_path, spec("live")) as database:
        notes = database.collection(spec("live"))
        await notes.insert_many([note(1, slug="s", status="live"), note(2, slug="s", status="old")])
    async with sqlite_database(tmp_path, spec("old")) as database:
        notes = database.collection(spec("old"))
        await notes.insert_one(note(3, slug="s", status="live"))
        with pytest.raises(DuplicateKey):
            await notes.insert_one(note(4, slug="s", status="old"))


async def test_a_new_unique_index_over_duplicates_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    unique = CollectionSpec("notes", (Index((("slug", 1),), unique=True),))
    async with sqlite_database(tmp_path, PLAIN) as database:
        await database.collection(PLAIN).insert_many([note(1, slug="s"), note(2, slug="s")])
        with pytest.raises(DuplicateKey):
            await database.prepare([unique])
        assert await database.collection(PLAIN).count({"slug": "s"}) == 2


async def test_an_array_under_a_unique_index_is_refused(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, FULL) as database:
        with pytest.raises(UnsupportedQuery, match="slug"):
            await database.collection(FULL).insert_one(note(1, slug=["a", "b"]))
        assert await database.collection(FULL).count({}) == 0


async def test_expired_records_are_deleted_with_their_array_elements(tmp_path: Path) -> None:
    spec = CollectionSpec("notes", (Index((("expires_at", 1),), ttl_seconds=60), Index((("tags", 1),))))
    async with sqlite_database(tmp_path, spec) as database:
        notes = database.collection(spec)
        await notes.insert_many(
            [
                note(1, expires_at=NOW, tags=["x"]),
                note(2, expires_at=NOW + timedelta(seconds=1), tags=["x"]),
                note(3, tags=["x"]),
                note(4, expires_at="never"),
                note(5, expires_at=None),
            ]
        )
        assert await database.delete_expired(NOW + timedelta(seconds=60)) == 0
        assert await database.delete_expired(NOW + timedelta(seconds=60, milliseconds=1)) == 1
        assert [record["_id"] for record in await notes.find({}, sort=[("_id", 1)])] == ["002", "003", "004", "005"]
        assert await notes.count({"tags": "x"}) == 2


async def test_a_collection_that_was_not_prepared_says_so(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        with pytest.raises(RuntimeError, match="not prepared"):
            await database.collection(PLAIN).find({})


async def test_the_file_can_be_read_with_sqlites_own_json_functions(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, FULL) as database:
        await database.collection(FULL).insert_one(note(1, title="Über", created_at=NOW))
        row = await database.read(
            lambda connection: connection.execute(
                """SELECT json_extract(doc, '$.title'), json_extract(doc, '$.created_at."$date"') FROM "c:notes" """
            ).fetchone()
        )
    assert row == ("Über".encode(), int(NOW.timestamp() * 1000))


async def test_a_read_during_which_the_first_array_appears_still_sees_it(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, FULL) as database:
        notes = database.collection(FULL)
        await notes.insert_one(note(1, tags="a"))
        read, waiting = database.read, True

        async def read_late(operation: Any, *, inline: bool = False) -> Any:
            nonlocal waiting
            if waiting:  # between the plan and the read, another task writes
                waiting = False
                await notes.update_one({"_id": "001"}, {"$set": {"tags": ["b"]}})
            return await read(operation, inline=inline)

        database.read = read_late  # type: ignore[method-assign]
        assert await notes.count({"tags": {"$ne": "x"}}) == 1
