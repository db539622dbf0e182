"""Who holds which groups of the sources: asked for every identity, filled by connections.

A source's group is a principal, ``source:<connection>:<group>``, that documents carry; a person holds it when the
source counts them among its members. So joining or leaving a group rewrites no document.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from backend.access import source_principal
from backend.db.collection import Collection, CollectionSpec, Database, Index, Record

MEMBERSHIPS = CollectionSpec(
    "memberships",
    (
        Index((("member", 1),)),  # what somebody holds (each identity)
        Index((("connection_id", 1), ("group", 1))),  # the members of a group, and all that a connection told
    ),
)

#: Without any membership nothing is looked up; that another process made the first one is noticed after this. An
#: identity that was looked up right before lasts on top of it (`identity_cache.CACHE_SECONDS`).
EMPTY_SECONDS = 0.1


class PrincipalDirectory(Protocol):
    """What an identity asks. Implementation: `StoredDirectory`."""

    async def groups_of(self, members: frozenset[str]) -> frozenset[str]:
        """The source groups that these principals of one person (``user:…``, ``email:…``) belong to.

        Errors: those of the database port.
        """
        ...


class StoredDirectory:
    """Memberships as connections told them. Members are principals: ``email:<key>`` or ``user:<id>``.

    A person who proves an address later holds what the source gave that address. Every call may be repeated.
    """

    def __init__(
        self,
        database: Database,
        *,
        changed: Callable[[frozenset[str]], None],
        at_once: int = 1_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` is told whose groups are others now, as soon as they are. `at_once`: memberships in one write.

        `clock`: seconds that only grow.
        """
        self._at_once = at_once
        self._memberships: Collection = database.collection(MEMBERSHIPS)
        self._changed = changed
        self._clock = clock
        self._filled = False
        self._empty_until = 0.0

    async def groups_of(self, members: frozenset[str]) -> frozenset[str]:
        """See `PrincipalDirectory`."""
        if not self._filled and await self._is_empty():
            return frozenset()
        found = await self._memberships.find({"member": {"$in": sorted(members)}}, fields=("principal",))
        return frozenset(record["principal"] for record in found)

    async def members_of(self, connection_id: str, group: str) -> frozenset[str]:
        found = await self._memberships.find({"connection_id": connection_id, "group": group}, fields=("member",))
        return frozenset(record["member"] for record in found)

    async def groups_of_connection(self, connection_id: str) -> frozenset[str]:
        """The groups of a connection that have members."""
        found = await self._memberships.group_count({"connection_id": connection_id}, "group")
        return frozenset(str(group) for group in found)

    async def set_members(self, connection_id: str, group: str, members: Iterable[str]) -> None:
        """Makes these the only members of the group; nobody is left of an empty one."""
        wanted = frozenset(members)
        present = await self.members_of(connection_id, group)
        # Who leaves goes first: cut short, a group has too few members, never too many.
        await self.remove(connection_id, group, present - wanted)
        await self.add(connection_id, group, wanted - present)

    async def add(self, connection_id: str, group: str, members: Iterable[str]) -> None:
        names = sorted(set(members))
        for start in range(0, len(names), self._at_once):
            part = names[start : start + self._at_once]
            self._filled = True
            await self._memberships.bulk_upsert([_record(connection_id, group, member) for member in part])
            self._changed(frozenset(part))

    async def remove(self, connection_id: str, group: str, members: Iterable[str]) -> None:
        names = sorted(set(members))
        for start in range(0, len(names), self._at_once):
            part = names[start : start + self._at_once]
            await self._memberships.delete_many({"_id": {"$in": [_id(connection_id, group, name) for name in part]}})
            self._changed(frozenset(part))

    async def remove_connection(self, connection_id: str) -> None:
        """Forgets every group of a connection that is gone."""
        while found := await self._memberships.find(
            {"connection_id": connection_id}, limit=self._at_once, fields=("member",)
        ):
            await self._memberships.delete_many({"_id": {"$in": [record["_id"] for record in found]}})
            self._changed(frozenset(record["member"] for record in found))

    async def _is_empty(self) -> bool:
        """Whether nobody has belonged to anything yet, as on a server without connections."""
        now = self._clock()
        if now < self._empty_until:
            return True
        if await self._memberships.find_one({}, fields=("member",)) is not None:
            self._filled = True
        elif not self._filled:  # else: the first one came in meanwhile
            self._empty_until = now + EMPTY_SECONDS
        return not self._filled


def _id(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _record(connection_id: str, group: str, member: str) -> Record:
    return {
        "_id": _id(connection_id, group, member),
        "connection_id": connection_id,
        "group": group,
        "member": member,
        "principal": source_principal(connection_id, group),
    }
