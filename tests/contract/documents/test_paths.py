"""Lists and folders by path, over every database: what lies in a folder, counted for whoever asks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.access import Caller
from backend.db.collection import Database
from backend.documents.facets import FolderFacet, folders_in
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.documents.schema import DOCUMENTS
from tests.contract.documents.test_many_principals import database as database
from tests.support.search import FOLDERS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN = Caller("ann", frozenset({"user:ann", "source:c1:plans"}))
EVE = Caller("eve", frozenset({"user:eve"}))


def head(number: int, path: str | None, **changes: Any) -> dict[str, Any]:
    access = ["source:c1:plans"]
    return {
        "_id": f"{number:06d}",
        "key": f"k{number}",
        "holder": "connection:c1",
        "connection_id": "c1",
        "external_id": str(number),
        "title": f"Title {number}",
        "source": "google_drive",
        "status": "indexed",
        "path": path,
        "given": {} if path is None else {"path": path},
        "access": access,
        "shared_with": access,
        **changes,
    }


async def folders(documents: DocumentRepository, caller: Caller, **query: str) -> list[FolderFacet]:
    asked = DocumentQuery(**query)  # type: ignore[arg-type]
    return folders_in(asked.path or "", await documents.count_by_path(caller, asked))


@pytest.mark.parametrize("folder", FOLDERS)
async def test_a_list_shows_what_lies_in_a_folder_and_nothing_beside_it(database: Database, folder: str) -> None:
    inside, outside = FOLDERS[folder]
    heads = [head(n, path) for n, path in enumerate([*inside, *outside])]
    await database.collection(DOCUMENTS).insert_many(heads)
    rows, _ = await DocumentRepository(database).page(ANN, DocumentQuery(path=folder), before=None, limit=50)
    assert sorted(row["id"] for row in rows) == [f"{n:06d}" for n in range(len(inside))]


async def test_folders_are_told_a_level_at_a_time_with_how_much_is_in_them(database: Database) -> None:
    paths = ["Team/Plans", "Team/Plans/2026", "Team/Plans/2026/Q1", "Team", "Archive", "", None, "team"]
    await database.collection(DOCUMENTS).insert_many([head(n, path) for n, path in enumerate(paths)])
    documents = DocumentRepository(database)
    assert await folders(documents, ANN) == [
        FolderFacet("Archive", "Archive", 1, folders=False),
        FolderFacet("Team", "Team", 4, folders=True),
        FolderFacet("team", "team", 1, folders=False),
    ]
    assert await folders(documents, ANN, path="Team") == [FolderFacet("Plans", "Team/Plans", 3, folders=True)]
    assert await folders(documents, ANN, path="Team/Plans/2026/Q1") == []
    assert await folders(documents, ANN, path="Tea") == []
    assert await folders(documents, ANN, path="Team", connection_id="c2") == []
    assert await folders(documents, ANN, path="Team", source="gmail") == []


async def test_a_folder_is_told_only_to_who_sees_something_in_it(database: Database) -> None:
    secret = {"access": ["user:bob"], "shared_with": ["user:bob"]}
    await database.collection(DOCUMENTS).insert_many(
        [head(1, "Team/Plans"), head(2, "Team/Layoffs", **secret), head(3, "Team/Plans/Secret", **secret)]
    )
    documents = DocumentRepository(database)
    assert await folders(documents, ANN, path="Team") == [FolderFacet("Plans", "Team/Plans", 1, folders=False)]
    assert await folders(documents, EVE) == []
    assert await documents.count_by_source(EVE) == {}


async def test_what_nobody_told_a_path_lies_in_the_folder_before_its_own_name(database: Database) -> None:
    added = {"holder": "user:ann", "access": ["user:ann"], "shared_with": [], "source": "upload", "given": {}}
    heads = [head(1, "notes/2026/a.md", **added), head(2, "b.md", **added)]
    for one in heads:
        del one["connection_id"]
    member, attached = head(3, "zipped/c.md", parent_id="000009", given={}), head(4, "prices.csv", given={})
    await database.collection(DOCUMENTS).insert_many([*heads, member, attached])
    documents = DocumentRepository(database)
    assert [(found.path, found.documents) for found in await folders(documents, ANN)] == [("notes", 1), ("zipped", 1)]
    assert [found.path for found in await folders(documents, ANN, path="notes")] == ["notes/2026"]
    assert await documents.count_by_source(ANN) == {("upload", None): 2, ("google_drive", "c1"): 2}
