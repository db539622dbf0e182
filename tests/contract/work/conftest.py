"""Both databases with the library's collections, behind one fixture."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.db.collection import Database
from backend.documents.schema import DOCUMENT_COLLECTIONS
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server


@pytest.fixture(scope="session")
def mongo_uri() -> Iterator[str]:
    with mongo_server() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "mongo"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, *DOCUMENT_COLLECTIONS) as opened:
            yield opened
    else:
        async with mongo_database(request.getfixturevalue("mongo_uri"), *DOCUMENT_COLLECTIONS) as opened:
            yield opened
