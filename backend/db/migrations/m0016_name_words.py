"""Gives accounts the words of their names, by which they are looked up."""

import re

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.base import MigrationFailed

_USERS = CollectionSpec("users")
_WITHOUT = {"name_words": {"$exists": False}}
_WORD = re.compile(r"[^\W_]+")
_WORDS_AT_MOST = 50


class NameWords:
    """Beside the names, which stay what they are."""

    name = "0016_name_words"

    async def up(self, database: Database) -> None:
        await database.prepare([_USERS])
        users = database.collection(_USERS)
        for record in await users.find(_WITHOUT, fields=("name",)):
            words = list(dict.fromkeys(_WORD.findall(record["name"].casefold())))[:_WORDS_AT_MOST]
            await users.update_one({"_id": record["_id"], **_WITHOUT}, {"$set": {"name_words": words}})

    async def validate(self, database: Database) -> None:
        if left := await database.collection(_USERS).count(_WITHOUT):
            raise MigrationFailed(f"{self.name}: {left} accounts could not be found by their names")
