"""Has the indexes that are on servers of their own filled once more: their entries say where a document lies now.

The embedded ones know by their format that they are to be built anew.
"""

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.base import MigrationFailed

_STATE = CollectionSpec("index_state")
_PREFIX = "index:"


class PathsInIndexes:
    """Forgets how far these indexes are. They are filled from the stored chunks; no text is embedded again."""

    name = "0014_paths_in_indexes"

    async def up(self, database: Database) -> None:
        await database.prepare([_STATE])
        await database.collection(_STATE).delete_many({"_id": {"$in": await _indexes(database)}})

    async def validate(self, database: Database) -> None:
        if left := await _indexes(database):
            raise MigrationFailed(f"{self.name}: {', '.join(left)} would not be filled")


async def _indexes(database: Database) -> list[str]:
    records = await database.collection(_STATE).find({})
    return [record["_id"] for record in records if record["_id"].startswith(_PREFIX)]
