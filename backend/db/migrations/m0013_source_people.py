"""Notes whom the sources of connections named before there was a list of them, and has access lists told once more.

Lists of before name people by their addresses alone, and do not say where they were narrowed.
"""

import hashlib
from itertools import batched

from backend.db.collection import CollectionSpec, Database, Index, Record
from backend.db.migrations.base import MigrationFailed

_CONNECTIONS = CollectionSpec(
    "connections",
    (
        Index((("owner_id", 1), ("_id", -1))),
        Index((("mode", 1), ("_id", -1))),
        Index((("account.id", 1),)),
        Index((("due_at", 1),)),
    ),
)
_MEMBERSHIPS = CollectionSpec(
    "memberships",
    (
        Index((("member", 1),)),
        Index((("connection_id", 1), ("group", 1))),
    ),
)
_PEOPLE = CollectionSpec("source_people", (Index((("connection_id", 1), ("handle", 1))),))
_PREFIX = "email:"
_AT_ONCE = 500


class SourcePeople:
    """People of workspaces' connections out of memberships; each connection is listed once more at its next run, which
    reads no item that is known and gives every list anew.
    """

    name = "0013_source_people"

    async def up(self, database: Database) -> None:
        await database.prepare([_CONNECTIONS, _MEMBERSHIPS, _PEOPLE])
        connections = database.collection(_CONNECTIONS)
        shared = [one["_id"] for one in await connections.find({"mode": "workspace"}, fields=("mode",))]
        for connection_id in shared:
            await self._note(database, connection_id)
        await connections.update_many({"relist": "no"}, {"$set": {"relist": "named"}})

    async def validate(self, database: Database) -> None:
        if await database.collection(_CONNECTIONS).count({"relist": "no"}):
            raise MigrationFailed(f"{self.name}: a connection is not listed once more")

    async def _note(self, database: Database, connection_id: str) -> None:
        found = await database.collection(_MEMBERSHIPS).group_count({"connection_id": connection_id}, "member")
        handles = sorted(str(member).removeprefix(_PREFIX) for member in found if str(member).startswith(_PREFIX))
        for some in batched(handles, _AT_ONCE, strict=False):
            await database.collection(_PEOPLE).bulk_upsert([_record(connection_id, handle) for handle in some])


def _record(connection_id: str, handle: str) -> Record:
    parts = f"{connection_id}\x1f{handle}"
    id_ = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return {"_id": id_, "connection_id": connection_id, "handle": handle, "name": None}
