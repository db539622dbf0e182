"""A caller with five hundred principals sees exactly what these open, over both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.access import Caller
from backend.db.collection import Database, Record
from backend.documents.holders import NoNames
from backend.documents.listing import page_json
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.documents.schema import DOCUMENTS
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN = Caller.of("ann", source_groups=frozenset(f"source:c1:g{n}" for n in range(498)))
EVE = Caller.of("eve", source_groups=frozenset(f"source:c2:g{n}" for n in range(498)))


@pytest.fixture(params=["sqlite", "sqlite along the ids", "mongo"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    if request.param == "mongo":
        with mongo_server() as uri:
            async with mongo_database(uri, DOCUMENTS) as opened:
                yield opened
        return
    if request.param == "sqlite along the ids":
        monkeypatch.setattr("backend.db.sqlite_reading.WALK_FROM", 1)
    async with sqlite_database(tmp_path, DOCUMENTS) as opened:
        yield opened


def head(number: int, access: list[str]) -> Record:
    return {
        "_id": f"{number:06d}",
        "key": f"k{number}",
        "holder": "connection:c1",
        "connection_id": "c1",
        "external_id": str(number),
        "title": f"Title {number}",
        "url": None,
        "source": "slack" if number % 3 else "gmail",
        "kind": "text",
        "size_bytes": 1,
        "status": "indexed" if number % 4 else "failed",
        "version": 1,
        "chunks": 1,
        "created_at": NOW,
        "modified_at": NOW,
        "indexed_at": NOW,
        "tags": [],
        "access": access,
        "shared_with": access,
        "index_seq": 0,
    }


async def test_lists_counts_and_single_documents_show_what_the_principals_open(database: Database) -> None:
    await database.collection(DOCUMENTS).insert_many(
        [head(n, [f"source:c1:g{10 * n}", "source:c1:everybody"]) for n in range(60)]
    )
    documents = DocumentRepository(database)
    assert len(ANN.principals) == 500
    expected = [f"{n:06d}" for n in range(49, -1, -1)]
    seen: list[str] = []
    before = None
    while True:
        rows, before = await documents.page(ANN, DocumentQuery(), before=before, limit=20)
        seen += [row["id"] for row in rows]
        if before is None:
            break
    assert seen == expected
    lines, last = await page_json(documents, NoNames(), ANN, DocumentQuery(source="gmail"), before="000040", limit=10)
    assert [line.split(b'"')[3] for line in lines if b"external_id" in line]
    assert last == f"{39 - 9 * 3:06d}"
    assert await documents.count_by_status(ANN) == {"indexed": 37, "failed": 13}
    assert await documents.count_by_source(ANN) == {("slack", "c1"): 33, ("gmail", "c1"): 17}
    assert await documents.row(ANN, "000049") is not None
    assert await documents.row(ANN, "000050") is None
    assert await documents.page(EVE, DocumentQuery(), before=None, limit=100) == ([], None)
    assert await documents.count_by_status(EVE) == {}
