"""The records of the first release: where all later migrations start from."""

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.base import MigrationFailed

SCHEMA = CollectionSpec("schema")
RECORD_ID = "records"


class Baseline:
    """Stamps a database with the layout of its records, so that a foreign one is told from an empty one."""

    name = "0001_baseline"

    async def up(self, database: Database) -> None:
        await database.prepare([SCHEMA])
        await database.collection(SCHEMA).update_one({"_id": RECORD_ID}, {"$setOnInsert": {"layout": 1}}, upsert=True)

    async def validate(self, database: Database) -> None:
        stamp = await database.collection(SCHEMA).find_one({"_id": RECORD_ID})
        if stamp is None or stamp.get("layout") != 1:
            raise MigrationFailed(f"{self.name}: the layout stamp is {stamp!r} instead of 1")
