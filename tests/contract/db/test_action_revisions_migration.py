"""The migration for actions that were proposed before others could be asked, over both databases."""

from backend.actions.repository import ACTIONS
from backend.db.collection import Database
from backend.db.migrations.m0015_action_revisions import ActionRevisions

MIGRATION = ActionRevisions()


async def test_actions_of_before_count_their_moves_and_wait_for_their_owner(database: Database) -> None:
    await database.prepare([ACTIONS])
    actions = database.collection(ACTIONS)
    await actions.insert_many(
        [
            {"_id": "open", "owner_id": "ada", "status": "awaiting_approval"},
            {"_id": "done", "owner_id": "ada", "status": "succeeded"},
            {"_id": "new", "owner_id": "ada", "status": "awaiting_approval", "revision": 7, "waits_for": ["ben"]},
        ]
    )
    for _ in range(2):  # as after a crash
        await MIGRATION.up(database)
        await MIGRATION.validate(database)
        found = await actions.find({}, fields=("revision", "waits_for"))
        assert {one["_id"]: (one["revision"], one["waits_for"]) for one in found} == {
            "open": (0, ["ada"]),
            "done": (0, []),
            "new": (7, ["ben"]),
        }
