"""A restricted list or count is what the caller sees of it, over both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.access import Caller
from backend.db.collection import Database, Record
from backend.documents.demo_marks import DEMO
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.documents.restriction import Restriction
from backend.documents.schema import DOCUMENTS
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server

ANN, BEN = Caller.of("ann"), Caller.of("ben")
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "mongo"])
async def documents(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DocumentRepository]:
    if request.param == "mongo":
        with mongo_server() as uri:
            async with mongo_database(uri, DOCUMENTS) as opened:
                yield await filled(opened)
        return
    async with sqlite_database(tmp_path, DOCUMENTS) as opened:
        yield await filled(opened)


async def filled(database: Database) -> DocumentRepository:
    documents = DocumentRepository(database)
    await documents.unscoped_insert(
        [
            head("1", "ann", "upload", "demo/mine.md", days=1, path="a/b"),
            head("2", "ann", "wiki", "demo/guide.md", days=2, tags=["x"]),
            head("3", "ann", "wiki", "demo/pack.zip!/in.md", days=3, parent_id="2"),
            head("4", "ann", "files", "own.md", days=4, author="Ilse", status="failed"),
            head("5", "ben", "wiki", "demo/guide.md", days=5),
            head("6", "ben", "upload", "shared.md", days=6, shared=["user:ann"]),
        ]
    )
    return documents


def head(
    id_: str,
    owner: str,
    source: str,
    external_id: str,
    *,
    days: int,
    shared: list[str] | None = None,
    status: str = "indexed",
    **more: object,
) -> Record:
    at = START + timedelta(days=days)
    return {
        "_id": id_,
        "key": id_,
        "holder": f"user:{owner}",
        "external_id": external_id,
        "title": f"Title {id_}",
        "title_folded": f"title {id_}",
        "source": source,
        "kind": "text",
        "status": status,
        "version": 1,
        "created_at": at,
        "modified_at": at,
        "access": [f"user:{owner}", *(shared or [])],
        "shared_with": shared or [],
        "index_seq": 0,
        **more,
    }


CASES = [
    (Restriction(), "6 4 3 2 1"),
    (Restriction(document_ids={"1", "5", "6", "none"}), "6 1"),
    (Restriction(document_ids={"5"}), ""),
    (Restriction(document_ids={"none"}), ""),
    (Restriction(sources={"wiki", "files"}), "4 3 2"),
    (Restriction(sources={"upload"}, document_ids={"1", "2"}), "1"),
    (Restriction(after=START + timedelta(days=2), before=START + timedelta(days=6)), "4 3 2"),
    (Restriction(paths={"a"}), "1"),
    (Restriction(tags={"x"}), "2"),
    (Restriction(authors={"Ilse"}), "4"),
    (Restriction(connections={"c"}), ""),
]


async def test_a_restricted_list_or_count_is_what_is_seen_of_it(documents: DocumentRepository) -> None:
    for within, seen in CASES:
        await is_seen(documents, within, seen)


async def is_seen(documents: DocumentRepository, within: Restriction, seen: str) -> None:
    rows, _ = await documents.page(ANN, DocumentQuery(within=within), before=None, limit=10)
    assert [row["id"] for row in rows] == seen.split()
    titled, _ = await documents.page(ANN, DocumentQuery(within=within, title="TITLE"), before=None, limit=10)
    assert [row["id"] for row in titled] == seen.split()
    first, before = await documents.page(ANN, DocumentQuery(within=within), before=None, limit=1)
    rest, _ = await documents.page(ANN, DocumentQuery(within=within), before=before, limit=9) if before else ([], None)
    assert [row["id"] for row in (*first, *rest)] == seen.split()
    assert sum((await documents.count_by_status(ANN, within)).values()) == len(seen.split())


async def test_the_demo_is_told_from_what_is_called_like_it(documents: DocumentRepository) -> None:
    rows, _ = await documents.page(BEN, DocumentQuery(source=DEMO), before=None, limit=10)
    assert [row["id"] for row in rows] == ["5"]
    assert (await documents.demo_ids(ANN, limit=9), await documents.count_demo(ANN)) == (["2", "3"], 2)
    assert await documents.demo_ids(BEN, limit=9) == ["5"]
    assert await documents.count_demo(Caller.of("eve")) == 0
