"""The migration for accounts that were made before they could be looked up by their names, over both databases."""

from backend.auth.repository import USERS
from backend.db.collection import Database
from backend.db.migrations.m0016_name_words import NameWords

MIGRATION = NameWords()


async def test_accounts_of_before_are_found_by_their_names(database: Database) -> None:
    await database.prepare([USERS])
    users = database.collection(USERS)
    await users.insert_many(
        [
            {"_id": "ada", "email_key": "a", "name": "Ada King-Noel, ada"},
            {"_id": "new", "email_key": "b", "name": "Ben", "name_words": ["other"]},
        ]
    )
    for _ in range(2):  # as after a crash
        await MIGRATION.up(database)
        await MIGRATION.validate(database)
        found = await users.find({}, fields=("name_words",))
        assert {one["_id"]: one["name_words"] for one in found} == {"ada": ["ada", "king", "noel"], "new": ["other"]}
