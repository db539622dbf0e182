"""What has the word index that is in MongoDB filled once more, as after each change of its terms.

The embedded one knows by its format that it is to be built anew. Vectors stay as they are.
"""

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.base import MigrationFailed

_STATE = CollectionSpec("index_state")
_WORD_INDEX = "index:lexical:"


class WordIndexAnew:
    """Forgets how far the word index is. It is filled from the stored chunks; searches by meaning go on meanwhile."""

    name: str

    async def up(self, database: Database) -> None:
        await database.prepare([_STATE])
        await database.collection(_STATE).delete_many({"_id": {"$in": await _indexes(database)}})

    async def validate(self, database: Database) -> None:
        if left := await _indexes(database):
            raise MigrationFailed(f"{self.name}: {', '.join(left)} would not be filled")


async def _indexes(database: Database) -> list[str]:
    records = await database.collection(_STATE).find({})
    return [record["_id"] for record in records if record["_id"].startswith(_WORD_INDEX)]
