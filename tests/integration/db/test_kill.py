"""A process killed while it writes: what it was told is stored, is stored."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from pathlib import Path

from backend.db.collection import CollectionSpec, Index
from backend.db.sqlite import FILE_NAME
from tests.support.database import sqlite_database

REPOSITORY = Path(__file__).parents[3]
SPEC = CollectionSpec(
    "notes", (Index((("owner", 1), ("n", -1))), Index((("tags", 1),)), Index((("key", 1),), unique=True))
)

# Writes from many tasks at once, and says each id only after its write was acknowledged.
WRITER = """
import asyncio, sys
from pathlib import Path
from backend.db.sqlite import SqliteDatabase
from tests.integration.db.test_kill import SPEC

async def main(folder, round_):
    database = await SqliteDatabase.open(Path(folder))
    await database.prepare([SPEC])
    notes = database.collection(SPEC)
    print("ready", flush=True)
    async def write(task):
        for i in range(1_000_000):
            name = f"{round_}.{task}.{i}"
            if task % 3 == 0:
                note = {"_id": name, "key": name, "owner": "a", "n": i, "tags": ["x", name], "text": "t" * 800}
                await notes.insert_one(note)
                print(name, 0, flush=True)
            elif task % 3 == 1:
                names = [f"{name}.{k}" for k in range(20)]
                await notes.bulk_upsert([{"_id": n, "key": n, "owner": "b", "tags": []} for n in names])
                print("\\n".join(f"{n} 0" for n in names), flush=True)
            else:
                name = f"count.{task}"
                await notes.update_one({"_id": name}, {"$inc": {"n": 1}, "$set": {"key": name}}, upsert=True)
                print(name, 1, flush=True)
    await asyncio.gather(*(write(task) for task in range(9)))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_ten_kills_lose_no_acknowledged_write_and_leave_a_sound_file(tmp_path: Path) -> None:
    seed = random.Random(7)
    written: set[str] = set()
    counted: dict[str, int] = {}
    for round_ in range(10):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(tmp_path), str(round_),
            stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        before = [await process.stdout.readline() for _ in range(seed.randint(50, 500))]
        process.send_signal(signal.SIGKILL)
        rest = await process.stdout.read()
        await process.wait()
        lines = (b"".join(before) + rest).decode().split("\n")[:-1]  # a last line without its end may be cut
        for line in lines:
            name, counts = line.split(" ")
            if counts == "1":
                counted[name] = counted.get(name, 0) + 1
            else:
                written.add(name)
        _check_file(tmp_path / FILE_NAME)
        async with sqlite_database(tmp_path, SPEC) as database:
            notes = database.collection(SPEC)
            stored = {record["_id"]: record async for record in notes.stream({})}
            assert written <= stored.keys()
            for name, count in counted.items():
                # One more may have been stored than acknowledged, for each kill.
                assert count <= stored[name]["n"] <= count + round_ + 1
            assert await notes.count({"tags": "x"}) == sum("owner" in r and r["owner"] == "a" for r in stored.values())


def _check_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

        def count(query: str) -> int:
            return int(connection.execute(f"SELECT count(*) FROM {query}").fetchone()[0])

        assert count('"m:notes" WHERE n NOT IN (SELECT n FROM "c:notes")') == 0
        tagged = count("""\"c:notes\" WHERE json_extract(doc, '$.owner') = 'a'""")
        assert count("""\"m:notes\" WHERE path = 'tags'""") == 2 * tagged
    finally:
        connection.close()
