"""A fresh embedded database for a test.

@pytest.fixture
async def database(tmp_path):
    async with sqlite_database(tmp_path, SPEC_A, SPEC_B) as opened:
        yield opened
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from backend.db.collection import CollectionSpec
from backend.db.sqlite import SqliteDatabase


@asynccontextmanager
async def sqlite_database(folder: Path, *specs: CollectionSpec) -> AsyncIterator[SqliteDatabase]:
    """An SQLite database in `folder` with these collections prepared; closed afterwards."""
    database = await SqliteDatabase.open(folder)
    try:
        await database.prepare(specs)
        yield database
    finally:
        await database.close()
