"""Heads of release 0.1, in which what was given and what was read stand as one."""

from datetime import UTC, datetime
from typing import Any

from backend.db.collection import Database
from backend.db.migrations.documents_0 import DOCUMENTS
from backend.db.migrations.m0002_given_and_read import GivenAndRead
from backend.documents.models import Said
from backend.documents.origins import merged

AT = datetime(2026, 2, 3, tzinfo=UTC)


def head(id_: str, **fields: Any) -> dict[str, Any]:
    return {
        "_id": id_,
        "key": id_,
        "external_id": f"folder/{id_}",
        "title": "A Title",
        "title_given": True,
        "url": None,
        "author": "Ada",
        "tags": ["x"],
        "modified_at": AT,
        "modified_given": True,
        "access": ["user:ada"],
        **fields,
    }


HEADS = {
    "text": head("text", url="https://example.com", language="en"),
    "untitled": head("untitled", title="folder/untitled", title_given=False, modified_given=False, author=None),
    "file": head("file", blob="b", filename="folder/file", title_given=False, modified_given=False),
    "source": head("source", blob="b", filename="folder/source"),
}


async def test_former_heads_tell_what_was_given_from_what_was_read(database: Database) -> None:
    migration = GivenAndRead()
    await database.prepare([DOCUMENTS])
    heads = database.collection(DOCUMENTS)
    await heads.insert_many(list(HEADS.values()))
    await migration.up(database)
    await migration.validate(database)
    after = {record["_id"]: record for record in await heads.find({})}
    await migration.up(database)
    assert {record["_id"]: record for record in await heads.find({})} == after, "twice is once"
    for id_, before in HEADS.items():
        assert {name: after[id_][name] for name in before} == before, "the previous release finds all that it wrote"
        fields = merged(
            Said.model_validate(after[id_]["given"]),
            Said.model_validate(after[id_]["read"]),
            external_id=after[id_]["external_id"],
            filename=after[id_].get("filename"),
            received_at=after[id_]["received_at"],
        )
        assert {name: fields[name] for name in fields if name in before} == {
            name: before[name] for name in fields if name in before
        }
        assert (after[id_]["title_folded"], after[id_]["path"]) == (fields["title_folded"], fields["path"])
    assert after["text"]["given"]["author"] == "Ada"
    assert after["untitled"]["given"] == {"tags": ["x"]}
    assert (after["file"]["given"], after["file"]["read"]["title"]) == ({}, "A Title")
    assert after["source"]["given"]["tags"] == ["x"]
