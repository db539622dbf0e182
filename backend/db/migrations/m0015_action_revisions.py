"""Gives actions that were proposed before others could be asked the fields by which they are decided on."""

from backend.db.collection import CollectionSpec, Database
from backend.db.migrations.base import MigrationFailed

_ACTIONS = CollectionSpec("actions")
_WITHOUT = {"revision": {"$exists": False}}


class ActionRevisions:
    """They count their moves from here on, and those that nobody has decided on wait for their owner's word."""

    name = "0015_action_revisions"

    async def up(self, database: Database) -> None:
        await database.prepare([_ACTIONS])
        actions = database.collection(_ACTIONS)
        for record in await actions.find(_WITHOUT, fields=("owner_id", "status")):
            waits = [record["owner_id"]] if record["status"] == "awaiting_approval" else []
            await actions.update_one({"_id": record["_id"], **_WITHOUT}, {"$set": {"revision": 0, "waits_for": waits}})

    async def validate(self, database: Database) -> None:
        if left := await database.collection(_ACTIONS).count(_WITHOUT):
            raise MigrationFailed(f"{self.name}: {left} actions could not be decided on")
