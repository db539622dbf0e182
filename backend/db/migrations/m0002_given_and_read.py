"""Tells apart what was given with a document from what was read from its file, in heads that hold both as one."""

from pathlib import PurePosixPath
from typing import Any

from backend.db.collection import Collection, Database, Record, Update
from backend.db.migrations.base import MigrationFailed
from backend.db.migrations.documents_0 import DOCUMENTS

_AT_ONCE = 500
_FIELDS = (
    "given",
    "title",
    "title_given",
    "url",
    "author",
    "tags",
    "modified_at",
    "modified_given",
    "language",
    "blob",
    "filename",
    "external_id",
)


class GivenAndRead:
    """Adds `given`, `read`, `received_at`, `path` and `title_folded`; the fields of before stay as they are."""

    name = "0002_given_and_read"

    async def up(self, database: Database) -> None:
        await database.prepare([DOCUMENTS])
        heads = database.collection(DOCUMENTS)
        batch: list[tuple[str, Update]] = []
        async for record in heads.stream({}, fields=_FIELDS):
            if "given" not in record:
                batch.append((record["_id"], {"$set": _origins(record)}))
            if len(batch) == _AT_ONCE:
                await heads.bulk_update(batch)
                batch = []
        if batch:
            await heads.bulk_update(batch)

    async def validate(self, database: Database) -> None:
        if without := await _without(database.collection(DOCUMENTS)):
            raise MigrationFailed(f"{self.name}: {without} documents without `given`")


async def _without(heads: Collection) -> int:
    return await heads.count({"given": {"$exists": False}})


def _origins(head: Record) -> dict[str, Any]:
    """Who said what, as far as a former head tells.

    It tells it of title and time. The rest of a text can only have been given; of a file it was read, unless the file
    came with a title, which nobody but a source gives.
    """
    given: dict[str, Any] = {}
    read: dict[str, Any] = {}
    title_given = head.get("title_given", True)
    rest = given if title_given or not head.get("blob") else read
    filename = head.get("filename")
    name = PurePosixPath(filename).name if filename else head["external_id"]
    if title_given:
        given["title"] = head["title"]
    elif head["title"] != name:
        read["title"] = head["title"]
    if head.get("url"):
        given["url"] = head["url"]
    if head.get("author"):
        rest["author"] = head["author"]
    if head.get("tags"):
        rest["tags"] = head["tags"]
    if head.get("language"):
        read["language"] = head["language"]
    if head.get("modified_given", True):
        given["modified_at"] = head["modified_at"]
    return {
        "given": given,
        "read": read,
        # The time of a document of which nobody says one is the time it came in; either way it stays as it is.
        "received_at": head["modified_at"],
        "path": filename,
        "title_folded": head["title"].casefold(),
    }
