"""The migration that notes whom sources named, over both databases."""

from backend.auth.directory import MEMBERSHIPS
from backend.connectors.models import Connection
from backend.connectors.repository import CONNECTIONS
from backend.connectors.sync.people import SOURCE_PEOPLE, SourcePerson, person_id
from backend.db.collection import Database
from backend.db.migrations.m0013_source_people import SourcePeople
from backend.db.repository import Repository

MIGRATION = SourcePeople()


async def test_people_of_workspaces_are_noted_and_every_connection_is_listed_once_more(database: Database) -> None:
    await database.prepare([CONNECTIONS, MEMBERSHIPS])
    former = {"name": "Toy", "type": "toy", "owner_id": "ada", "created_at": None, "deleting": False}
    await database.collection(CONNECTIONS).insert_many(
        [
            {"_id": "shared", "mode": "workspace", "relist": "no", **former},
            {"_id": "own", "mode": "personal", "relist": "no", **former},
            {"_id": "anew", "mode": "workspace", "relist": "anew", **former},
        ]
    )
    rows = [
        ("shared", "channel:a", "email:grace@elsewhere.example"),
        ("shared", "channel:b", "email:grace@elsewhere.example"),
        ("shared", "owner", "user:ada"),
        ("own", "channel:a", "email:linus@elsewhere.example"),
    ]
    await database.collection(MEMBERSHIPS).insert_many(
        [
            {"_id": f"{number}", "connection_id": connection, "group": group, "member": member, "principal": "p"}
            for number, (connection, group, member) in enumerate(rows)
        ]
    )
    for _ in range(2):  # as after a crash
        await MIGRATION.up(database)
        await MIGRATION.validate(database)
        people = await Repository(database, SOURCE_PEOPLE, SourcePerson).find({})
        assert [(one.id, one.connection_id, one.handle) for one in people] == [
            (person_id("shared", "grace@elsewhere.example"), "shared", "grace@elsewhere.example")
        ]
        found = await database.collection(CONNECTIONS).find({}, fields=("relist",))
        assert {one["_id"]: one["relist"] for one in found} == {"shared": "named", "own": "named", "anew": "anew"}


def test_a_connection_of_before_opens_with_what_is_new_in_it() -> None:
    stored = {"id": "c", "type": "toy", "mode": "workspace", "name": "Toy", "owner_id": "ada", "due_at": None}
    connection = Connection.model_validate({**stored, "created_at": "2026-01-01T00:00:00Z"})
    assert (connection.lists_as_of, connection.forgetting.told, connection.forgetting.noticed) == (None, None, None)
