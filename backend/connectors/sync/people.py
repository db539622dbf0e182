"""The people whom the source of a workspace's connection names: as members of groups, or in the lists of items.

They are kept so that an administrator sees who matches nobody here. Of a personal connection nobody is kept.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from pydantic import BaseModel

from backend.connectors.models import Connection
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository
from backend.documents.incoming import clean_text
from backend.mail_address import mail_key

SOURCE_PEOPLE = CollectionSpec(
    "source_people",
    (Index((("connection_id", 1), ("handle", 1))),),  # those of a connection, page by page in this order
)
_MAX_CHARS = 320


class SourcePerson(BaseModel):
    """Somebody at a source. `handle`: the key of their address, where it is told, else their id there."""

    id: str
    connection_id: str
    handle: str
    name: str | None = None

    @property
    def address(self) -> str | None:
        return self.handle if "@" in self.handle else None


def handle_of(person: str) -> str:
    """Of an address or, where there is none, of an id at the source."""
    return mail_key(person) if "@" in person else person


class People:
    """Rows by connection and handle."""

    def __init__(self, database: Database) -> None:
        self._people = Repository(database, SOURCE_PEOPLE, SourcePerson)

    async def note(self, connection: Connection, people: Iterable[str], names: Mapping[str, str]) -> None:
        """Remembers whom a source has named; `names` as far as it told them, by the same addresses or ids."""
        if connection.mode == "personal":
            return
        called = {handle_of(person): name for person, name in names.items()}
        handles = {handle for person in people if 0 < len(handle := handle_of(clean_text(person))) <= _MAX_CHARS}
        rows = {
            (id_ := person_id(connection.id, handle)): SourcePerson(
                id=id_, connection_id=connection.id, handle=handle, name=_name(called.get(handle))
            )
            for handle in handles
        }
        known = {one.id: one for one in await self._people.find({"_id": {"$in": sorted(rows)}})} if rows else {}
        news = [row for id_, row in rows.items() if id_ not in known or (row.name and row.name != known[id_].name)]
        if news:
            await self._people.bulk_upsert(news)

    async def get(self, connection_id: str, person_id: str) -> SourcePerson | None:
        return await self._people.find_one({"_id": person_id, "connection_id": connection_id})

    async def of_handles(self, connection_id: str, handles: Iterable[str]) -> dict[str, SourcePerson]:
        ids = sorted({person_id(connection_id, handle) for handle in handles})
        return {one.handle: one for one in await self._people.find({"_id": {"$in": ids}})}

    async def page(self, connection_id: str, *, after: str, limit: int) -> Sequence[SourcePerson]:
        """In the order of handles, those behind `after`."""
        wanted = {"connection_id": connection_id, "handle": {"$gt": after}}
        return await self._people.find(wanted, sort=[("handle", 1)], limit=limit)

    def all_of(self, connection_id: str) -> AsyncIterator[SourcePerson]:
        return self._people.stream({"connection_id": connection_id}, sort=[("handle", 1)])

    async def delete(self, person_ids: Iterable[str]) -> None:
        await self._people.records.delete_many({"_id": {"$in": sorted(person_ids)}})

    async def delete_of(self, connection_id: str) -> None:
        await self._people.records.delete_many({"connection_id": connection_id})


def person_id(connection_id: str, handle: str) -> str:
    parts = f"{connection_id}\x1f{handle}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _name(told: str | None) -> str | None:
    return clean_text(told).strip()[:_MAX_CHARS] or None if told else None
