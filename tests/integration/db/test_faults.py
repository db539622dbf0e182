"""The embedded database when the disk is full, the folder is taken, the file is damaged or the server is stopping."""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.db.collection import CollectionSpec, Index, UnsupportedQuery
from backend.db.connect import open_database
from backend.db.folder_lock import FolderInUse
from backend.db.sqlite import FILE_NAME, SqliteDatabase
from backend.errors import Unavailable
from backend.settings import DatabaseSettings, Settings
from tests.support.database import sqlite_database

REPOSITORY = Path(__file__).parents[3]
NOTES = CollectionSpec("notes", (Index((("tags", 1),)), Index((("owner", 1),))))


async def set_page_limit(database: SqliteDatabase, pages: int) -> None:
    """SQLite's own way to a full disk: the same error from the same place as when no block is free."""

    def limit(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    await database.write(limit)


def note(identifier: str, **fields: Any) -> dict[str, Any]:
    return {"_id": identifier, "owner": "a", "tags": ["x", "y"], "text": "t" * 2000, **fields}


async def test_a_full_disk_is_said_clearly_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
        await notes.insert_one(note("before"))
        await set_page_limit(database, 60)
        with pytest.raises(Unavailable, match="is full: nothing was saved") as refused:
            await notes.insert_many([note(f"{i}") for i in range(500)])
        assert refused.value.code == "disk_full"
        assert await notes.find({}) == [note("before")]
        assert await notes.count({"tags": "x"}) == 1
        await set_page_limit(database, 100_000)
        await notes.insert_many([note(f"{i}") for i in range(500)])
        assert await notes.count({"tags": "y"}) == 501


async def test_on_a_full_disk_what_was_acknowledged_is_there_and_what_failed_is_not(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
        await set_page_limit(database, 150)
        outcomes = await asyncio.gather(*(notes.insert_one(note(f"{i}")) for i in range(400)), return_exceptions=True)
        stored = {record["_id"] for record in await notes.find({})}
        assert stored == {f"{i}" for i, outcome in enumerate(outcomes) if outcome is None}
        assert {outcome.code for outcome in outcomes if isinstance(outcome, Unavailable)} == {"disk_full"}
        assert all(outcome is None or isinstance(outcome, Unavailable) for outcome in outcomes)


async def test_the_first_array_after_a_failed_write_is_still_found_after_a_restart(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
        await set_page_limit(database, 40)
        with pytest.raises(Unavailable):
            await notes.insert_many([note(f"{i}") for i in range(500)])
        await set_page_limit(database, 100_000)
        await notes.insert_one(note("a"))
    async with sqlite_database(tmp_path, NOTES) as database:
        assert await database.collection(NOTES).count({"tags": "x"}) == 1


async def test_one_failing_write_does_not_harm_those_it_shares_a_transaction_with(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
        await notes.insert_one(note("text", n="not a number"))
        writes = [notes.insert_one(note(f"{i}")) for i in range(20)]
        writes[10:10] = [notes.insert_many([note("half"), {"_id": "x", "bad": float("nan")}])]
        writes[5:5] = [notes.update_many({}, {"$inc": {"n": 1}})]  # type: ignore[list-item]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert [i for i, outcome in enumerate(outcomes) if outcome is not None] == [5, 11]
        assert all(isinstance(outcomes[i], UnsupportedQuery) for i in (5, 11))
        assert await notes.count({}) == 21
        assert await notes.count({"n": {"$exists": True}}) == 1


async def test_a_second_process_is_told_who_has_the_folder_and_what_to_do(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from backend.db.sqlite import SqliteDatabase\n"
        "async def main():\n"
        "    await SqliteDatabase.open(Path(sys.argv[1])); print('open', flush=True); await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path),
        stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"open\n"
        with pytest.raises(FolderInUse) as refused:
            await open_database(Settings(data_dir=tmp_path))
        for part in (str(tmp_path), str(process.pid), "BIBLIOS_DATA_DIR", "BIBLIOS_DATABASE_URL"):
            assert part in str(refused.value)
    finally:
        process.kill()
        await process.wait()
    database = await open_database(Settings(data_dir=tmp_path))  # the lock ended with its process
    await database.ping()
    await database.close()


async def test_a_folder_is_free_again_after_close_and_close_may_be_called_twice(tmp_path: Path) -> None:
    first = await SqliteDatabase.open(tmp_path)
    with pytest.raises(FolderInUse):
        await SqliteDatabase.open(tmp_path)
    await first.close()
    await first.close()
    second = await SqliteDatabase.open(tmp_path)
    await second.close()


async def test_a_file_that_is_no_database_is_said_so_and_the_folder_is_let_go(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(Unavailable) as refused:
        await SqliteDatabase.open(tmp_path)
    assert refused.value.code == "database_damaged"
    (tmp_path / FILE_NAME).unlink()
    await (await SqliteDatabase.open(tmp_path)).close()


async def test_a_file_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Unavailable, match="newer release"):
        await SqliteDatabase.open(tmp_path)


async def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="cannot be used"):
        await SqliteDatabase.open(tmp_path / "file")


async def test_after_close_reads_and_writes_are_refused(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
    for attempt in (notes.find_one({"_id": "a"}), notes.find({}), notes.insert_one(note("a"))):
        with pytest.raises(Unavailable, match="closed"):
            await attempt


async def test_close_finishes_the_writes_that_were_handed_in(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path, NOTES) as database:
        notes = database.collection(NOTES)
        writes = [asyncio.create_task(notes.insert_one(note(f"{i}"))) for i in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    async with sqlite_database(tmp_path, NOTES) as database:
        assert await database.collection(NOTES).count({}) == 50


async def test_a_mongodb_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database=DatabaseSettings(url="mongodb://127.0.0.1:1/", timeout_seconds=0.3))
    with pytest.raises(Unavailable, match="BIBLIOS_DATABASE_URL") as refused:
        await open_database(settings)
    assert refused.value.dependency == "database"


async def test_a_malformed_mongodb_address_says_what_one_looks_like(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database=DatabaseSettings(url="mongodb://"))
    with pytest.raises(Unavailable, match="mongodb://user:password@host"):
        await open_database(settings)
