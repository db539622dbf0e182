"""A damaged database file: one clear error and what to do, at start or at a request, never a raw one."""

import asyncio
import random
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from backend.db.collection import CollectionSpec, Index
from backend.db.sqlite import FILE_NAME, SqliteDatabase
from backend.db.sqlite_check import WholeCheck, quick_check
from backend.db.sqlite_writer import Writer
from backend.errors import Unavailable
from tests.support.database import sqlite_database

NOTES = CollectionSpec("notes", (Index((("tags", 1),)), Index((("owner", 1),))))
FLIPS = 80


def note(number: int) -> dict[str, Any]:
    return {"_id": f"{number:03}", "owner": f"o{number % 7}", "tags": ["x", f"t{number}"], "text": "words " * 60}


async def written(folder: Path, notes: int = 200) -> Path:
    async with sqlite_database(folder, NOTES) as database:
        await database.collection(NOTES).insert_many([note(number) for number in range(notes)])
    return folder / FILE_NAME


async def use(folder: Path) -> None:
    """What a start and a few requests do."""
    async with sqlite_database(folder, NOTES) as database:
        notes = database.collection(NOTES)
        await notes.find({})
        await notes.find({"owner": "o3"}, sort=[("_id", 1)])
        await notes.count({"tags": "x"})
        await notes.update_many({"owner": "o4"}, {"$set": {"owner": "o5"}})
        await notes.delete_many({"owner": "o6"})
        await database.check()


async def test_a_flipped_byte_anywhere_is_unnoticed_or_told_clearly(tmp_path: Path) -> None:
    whole = (await written(tmp_path / "whole")).read_bytes()
    chance = random.Random(6)
    told = set()
    for place in [*range(0, 100, 9), *(chance.randrange(len(whole)) for _ in range(FLIPS))]:
        folder = tmp_path / "flipped"
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            await use(folder)
        except Unavailable as error:
            told.add(error.code)
        shutil.rmtree(folder)
    assert "database_damaged" in told
    assert told <= {"database_damaged", "database_too_new", "database_read_only"}


async def test_a_broken_page_keeps_the_server_from_starting(tmp_path: Path) -> None:
    path = await written(tmp_path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    with pytest.raises(Unavailable, match="restore the data folder from a backup") as refused:
        await SqliteDatabase.open(tmp_path)
    assert refused.value.code == "database_damaged"


async def test_the_look_at_the_start_is_bounded_and_harms_nothing(tmp_path: Path) -> None:
    connection = sqlite3.connect(await written(tmp_path, notes=30_000))
    assert quick_check(connection) is True
    assert quick_check(connection, seconds=0) is False  # time is up before the end of the file
    assert connection.execute('SELECT count(*) FROM "c:notes"').fetchone() == (30_000,)
    connection.close()


def desert_index(path: Path) -> None:
    """Adds a row that an index does not have: pages and trees are whole, only a complete check sees it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    [index] = connection.execute("SELECT * FROM sqlite_master WHERE name LIKE 'c:notes:owner%'").fetchall()
    connection.execute("DELETE FROM sqlite_master WHERE name = ?", (index[1],))
    connection.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("""INSERT INTO "c:notes" (id, doc) VALUES ('lost', '{"_id":"lost"}')""")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
    connection.close()


async def test_the_whole_check_beside_the_work_finds_what_the_first_look_does_not(tmp_path: Path) -> None:
    desert_index(await written(tmp_path))
    database = await SqliteDatabase.open(tmp_path)
    try:
        await database.ping()
        with pytest.raises(Unavailable) as found:
            await database.check()
        assert found.value.code == "database_damaged"
        with pytest.raises(Unavailable):  # so that `/readyz` says it until somebody has seen to it
            await database.ping()
    finally:
        await database.close()


@pytest.mark.parametrize("ended_by", ["closing", "cancelling"])
async def test_a_check_that_is_under_way_keeps_no_server_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended_by: str
) -> None:
    database = await SqliteDatabase.open(tmp_path)
    given_up = threading.Event()
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Endless(WholeCheck):
        def run(self) -> None:
            loop.call_soon_threadsafe(started.set)
            assert given_up.wait(20)

        def give_up(self) -> None:
            given_up.set()

    monkeypatch.setattr("backend.db.sqlite.WholeCheck", Endless)
    checking = asyncio.create_task(database.check())
    await started.wait()
    if ended_by == "closing":
        await database.close()
    else:
        checking.cancel()
    await asyncio.gather(checking, return_exceptions=True)
    assert given_up.is_set()
    await database.close()


async def test_an_unexpected_error_in_the_periodic_work_strands_no_write() -> None:
    failed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def idle(_: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(failed.set)
        raise ValueError("a stored date that is none")

    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    writer = Writer(connection, on_commit=lambda: None, on_rollback=lambda: None, idle=idle, idle_seconds=0.01)
    async with asyncio.timeout(20):
        await failed.wait()
        await writer.run(lambda connection: connection.execute("CREATE TABLE t (n)"))
        await writer.run(lambda connection: connection.execute("PRAGMA optimize").fetchall(), alone=True)
        with pytest.raises(ZeroDivisionError):
            await writer.run(lambda _: 1 / 0)
        await writer.run(lambda connection: connection.execute("INSERT INTO t VALUES (1)"))
    writer.close()
