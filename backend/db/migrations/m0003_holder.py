"""Writes who holds a document as one field, where it was always a person."""

from backend.db.collection import Database, Update
from backend.db.migrations.base import MigrationFailed
from backend.db.migrations.documents_0 import DOCUMENTS

_AT_ONCE = 1000


class DocumentHolder:
    """Adds `holder` (``user:<id>``); `owner_id` stays for the release before. Keys of documents stay as they are."""

    name = "0003_holder"

    async def up(self, database: Database) -> None:
        await database.prepare([DOCUMENTS])
        heads = database.collection(DOCUMENTS)
        batch: list[tuple[str, Update]] = []
        async for record in heads.stream({}, fields=("owner_id", "holder")):
            if "holder" not in record:
                batch.append((record["_id"], {"$set": {"holder": f"user:{record['owner_id']}"}}))
            if len(batch) == _AT_ONCE:
                await heads.bulk_update(batch)
                batch = []
        if batch:
            await heads.bulk_update(batch)

    async def validate(self, database: Database) -> None:
        if without := await database.collection(DOCUMENTS).count({"holder": {"$exists": False}}):
            raise MigrationFailed(f"{self.name}: {without} documents without a holder")
