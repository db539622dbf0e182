"""Who holds which groups of the sources: asked for every identity, filled by connections.

A source's group is a principal, ``source:<connection>:<group>``, that documents carry; a person holds it when the
source counts them among its members. So joining or leaving a group rewrites no document.

One person at a source is a group as well, ``person=<handle>``: lists that name the person carry it, and an account that
an administrator has matched with them is its member. Whoever holds it also holds what that person belongs to, of this
connection alone: neither the address's rights elsewhere nor what somebody shares with the address.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Iterable
from collections.abc import Collection as CollectionOf
from typing import Protocol

from backend.access import mail_principal, person_group, person_handle, source_group, source_principal
from backend.db.collection import Collection, CollectionSpec, Database, Index, Record

MEMBERSHIPS = CollectionSpec(
    "memberships",
    (
        Index((("member", 1),)),  # what somebody holds (each identity)
        Index((("connection_id", 1), ("group", 1))),  # the members of a group, and all that a connection told
    ),
)

_EMAIL = "email:"

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


def person_member(connection_id: str, handle: str) -> str:
    """What a person at a source is as a member of its groups: their address, where it is told."""
    return mail_principal(handle) if "@" in handle else source_principal(connection_id, person_group(handle))


class StoredDirectory:
    """Memberships as connections told them. Members are principals: ``email:<key>``, ``user:<id>``, or the group of a
    person whose address is not told.

    A person who proves an address later holds what the source gave that address. Every call may be repeated.
    """

    def __init__(
        self,
        database: Database,
        *,
        changed: Callable[[frozenset[str]], None],
        proven: Callable[[CollectionOf[str]], Awaitable[frozenset[str]]] | None = None,
        at_once: int = 1_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` is told whose groups are others now, as soon as they are. `at_once`: memberships in one write.
        `proven`: those of these addresses (keys) that an account here has proven; what was matched by hand gives way.

        `clock`: seconds that only grow.
        """
        self._at_once = at_once
        self._memberships: Collection = database.collection(MEMBERSHIPS)
        self._changed = changed
        self._proven = proven
        self._clock = clock
        self._filled = False
        self._empty_until = 0.0

    async def groups_of(self, members: frozenset[str]) -> frozenset[str]:
        """See `PrincipalDirectory`."""
        if not self._filled and await self._is_empty():
            return frozenset()
        found = await self._memberships.find({"member": {"$in": sorted(members)}}, fields=("principal",))
        held = frozenset(record["principal"] for record in found)
        matched = {name: person for name in held if (person := _person(name)) is not None}
        return await self._as_matched(held, matched) if matched else held

    async def _as_matched(self, held: frozenset[str], matched: dict[str, tuple[str, str]]) -> frozenset[str]:
        """What somebody holds with what is held as people of sources: `matched` are connection and handle by principal.

        An address that an account here has proven is that account's.
        """
        addresses = {handle for _, handle in matched.values() if "@" in handle}
        proven = await self._proven(addresses) if self._proven else frozenset()
        people = {person for person in matched.values() if person[1] not in proven}
        given = held - {name for name, person in matched.items() if person not in people}
        if not people:
            return given
        members = {(connection_id, person_member(connection_id, handle)) for connection_id, handle in people}
        wanted = {
            "member": {"$in": sorted({member for _, member in members})},
            "connection_id": {"$in": sorted({connection_id for connection_id, _ in members})},
        }
        found = await self._memberships.find(wanted, fields=("principal", "connection_id", "member"))
        also = {one["principal"] for one in found if (one["connection_id"], one["member"]) in members}
        return given | also

    async def members_of(self, connection_id: str, group: str) -> frozenset[str]:
        found = await self._memberships.find({"connection_id": connection_id, "group": group}, fields=("member",))
        return frozenset(record["member"] for record in found)

    async def members_in(self, connection_id: str, groups: CollectionOf[str]) -> dict[str, frozenset[str]]:
        """The members of these groups of a connection, by group; those without any are left out."""
        wanted = {"connection_id": connection_id, "group": {"$in": sorted(groups)}}
        found: dict[str, frozenset[str]] = {}
        for record in await self._memberships.find(wanted, fields=("group", "member")):
            found[record["group"]] = found.get(record["group"], frozenset()) | {record["member"]}
        return found

    async def groups_held(self, member: str) -> list[tuple[str, str]]:
        """What one principal belongs to itself: connection and group."""
        found = await self._memberships.find({"member": member}, fields=("connection_id", "group"))
        return [(record["connection_id"], record["group"]) for record in found]

    async def counts_of(self, connection_id: str, members: CollectionOf[str]) -> dict[str, int]:
        """How many groups of a connection each of these belongs to; those that belong to none are left out."""
        wanted = {"connection_id": connection_id, "member": {"$in": sorted(members)}}
        return {str(name): number for name, number in (await self._memberships.group_count(wanted, "member")).items()}

    async def groups_of_connection(self, connection_id: str) -> frozenset[str]:
        """The groups of a connection that have members."""
        found = await self._memberships.group_count({"connection_id": connection_id}, "group")
        return frozenset(str(group) for group in found)

    async def set_members(
        self, connection_id: str, group: str, members: Iterable[str], *, present: frozenset[str] | None = None
    ) -> None:
        """Makes these the only members of the group; nobody is left of an empty one. `present`: those of before, where
        they were just read.
        """
        wanted = frozenset(members)
        if present is None:
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
            self._tell(connection_id, part)

    async def remove(self, connection_id: str, group: str, members: Iterable[str]) -> None:
        names = sorted(set(members))
        for start in range(0, len(names), self._at_once):
            part = names[start : start + self._at_once]
            await self._memberships.delete_many({"_id": {"$in": [_id(connection_id, group, name) for name in part]}})
            self._tell(connection_id, part)

    async def remove_member(self, member: str) -> None:
        """Takes a principal out of every group of every connection, as when an account is gone."""
        await self._memberships.delete_many({"member": member})
        self._changed(frozenset({member}))

    async def remove_connection(self, connection_id: str) -> None:
        """Forgets every group of a connection that is gone."""
        while found := await self._memberships.find(
            {"connection_id": connection_id}, limit=self._at_once, fields=("member",)
        ):
            await self._memberships.delete_many({"_id": {"$in": [record["_id"] for record in found]}})
            self._tell(connection_id, [record["member"] for record in found])

    def _tell(self, connection_id: str, members: Iterable[str]) -> None:
        """Also those that hold one of the members as a person of the source."""
        names = set(members)
        handles = {name.removeprefix(_EMAIL) for name in names if name.startswith(_EMAIL)}
        self._changed(frozenset(names | {source_principal(connection_id, person_group(one)) for one in handles}))

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


def _person(principal: str) -> tuple[str, str] | None:
    """Connection and handle of the principal of one person at a source; None for any other."""
    if (found := source_group(principal)) is None:
        return None
    connection_id, group = found
    handle = person_handle(group)
    return None if handle is None else (connection_id, handle)


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
