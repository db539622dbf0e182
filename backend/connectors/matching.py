"""People of a source and the accounts here: who is matched by a proven address, and whom an administrator matches.

Matching by hand gives an account what the source gives one of its people, through one connection alone: not what other
connections or people here give that person's address. It gives way to an account that has proven the address.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Literal

from backend.access import person_group, person_handle, source_principal, user_principal
from backend.auth.directory import StoredDirectory, person_member
from backend.auth.models import User
from backend.auth.repository import UserRepository
from backend.connectors.models import Connection
from backend.connectors.sync.people import People, SourcePerson
from backend.documents.library import LibraryService
from backend.errors import Conflict, InvalidInput, NotFound

_AT_ONCE = 200
#: So many people are looked at for one page at the most; it may be short then, and still have a next one.
_MOST = 5_000

type How = Literal["mail", "hand"]


@dataclass(frozen=True, slots=True)
class Named:
    """How often a source names somebody: in groups, and in the access lists of items."""

    groups: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody at a source, and the account that sees what they may open. `chosen`: whom an administrator matched, also
    while the address is proven by another account and the choice has no effect.
    """

    person: SourcePerson
    named: Named
    user: User | None = None
    how: How | None = None
    chosen: User | None = None


class Matching:
    """Callers have checked that whoever asks answers for the connection."""

    def __init__(
        self, *, people: People, directory: StoredDirectory, users: UserRepository, library: LibraryService
    ) -> None:
        self._people = people
        self._directory = directory
        self._users = users
        self._library = library

    async def page(
        self, connection: Connection, *, matched: bool | None, text: str, after: str | None, limit: int
    ) -> tuple[list[Match], str | None]:
        """People in the order of their addresses or ids, and the id of the last one where there may be more.

        Whom the source no longer names is left out, unless somebody is matched with them by hand.
        """
        last = await self._people.get(connection.id, after) if after else None
        found: list[Match] = []
        if after and last is None:  # nobody names them any more, nor is it known what came behind
            return found, None
        scanned, wanted = 0, text.casefold()
        while True:
            rows = await self._people.page(connection.id, after=last.handle if last else "", limit=_AT_ONCE)
            scanned += len(rows)
            candidates = [
                one for one in rows if wanted in one.handle.casefold() or wanted in (one.name or "").casefold()
            ]
            for match in await self._matches(connection, candidates, matched=matched):
                found.append(match)
                if len(found) == limit:
                    return found, match.person.id
            if len(rows) < _AT_ONCE:
                break
            last = rows[-1]
            if scanned >= _MOST:
                return found, last.id
        return found, None

    async def match(self, connection: Connection, person_id: str, user_id: str) -> Match:
        """Gives an account what the source gives this person, from the next request on.

        Errors: `NotFound` (no such person), `InvalidInput` (no such account, or it is deactivated), `Conflict`
        (connection_personal; address_proven: an account has proven the address and sees by it what it may).
        """
        person = await self._get(connection, person_id)
        user = await self._users.get(user_id)
        if user is None or not user.active:
            raise InvalidInput("Choose somebody who has an active account here.", code="not_an_account")
        if person.address and await self._users.proven([person.handle]):
            raise Conflict(
                f"{person.address} is proven by an account here, which sees what this person may open.",
                code="address_proven",
            )
        await self._directory.set_members(connection.id, person_group(person.handle), [user_principal(user.id)])
        return await self._shown(connection, person)

    async def unmatch(self, connection: Connection, person_id: str) -> Match:
        """Takes `match` back, from the next request on; returns what stood before. Errors: `NotFound`, `Conflict`."""
        person = await self._get(connection, person_id)
        before = await self._shown(connection, person)
        await self._directory.set_members(connection.id, person_group(person.handle), ())
        return before

    async def by_hand(self, user_id: str) -> list[tuple[str, str]]:
        """Connection and handle of everybody whom an account was matched with by hand."""
        held = await self._directory.groups_held(user_principal(user_id))
        return [
            (connection_id, handle) for connection_id, group in held if (handle := person_handle(group)) is not None
        ]

    async def people_of(self, connection: Connection, user: User) -> list[SourcePerson]:
        """Who somebody is at the source, as far as it named them: by their proven address, or by hand."""
        chosen = {handle for connection_id, handle in await self.by_hand(user.id) if connection_id == connection.id}
        effective = chosen - await self._users.proven({handle for handle in chosen if "@" in handle})
        if user.email_key in await self._users.proven([user.email_key]):
            effective.add(user.email_key)
        found = await self._people.of_handles(connection.id, effective)
        return [found[handle] for handle in sorted(effective & found.keys())]

    async def forget(self, user_id: str) -> None:
        """An account is gone: nobody is matched with it any more."""
        await self._directory.remove_member(user_principal(user_id))

    async def tidy(self, connection: Connection) -> None:
        """Forgets whom the source names no more. For whoever synchronises the connection: nobody else notes people."""
        people = [one async for one in self._people.all_of(connection.id)]
        for some in batched(people, _AT_ONCE, strict=False):
            kept = {match.person.id for match in await self._matches(connection, some, matched=None, at_most=1)}
            await self._people.delete(one.id for one in some if one.id not in kept)

    async def _get(self, connection: Connection, person_id: str) -> SourcePerson:
        if connection.mode == "personal":
            raise Conflict("A personal connection is its owner's alone.", code="connection_personal")
        person = await self._people.get(connection.id, person_id)
        if person is None:
            raise NotFound("The source of this connection names no such person.")
        return person

    async def _shown(self, connection: Connection, person: SourcePerson) -> Match:
        found = await self._matches(connection, [person], matched=None)
        return found[0] if found else Match(person, Named())

    async def _matches(
        self,
        connection: Connection,
        people: Sequence[SourcePerson],
        *,
        matched: bool | None,
        at_most: int | None = None,
    ) -> list[Match]:
        """Those that the source names, or somebody is matched with. `at_most`: items are counted no further."""
        proven = await self._users.proven_by([one.handle for one in people if one.address])
        chosen = await self._chosen(connection, people)
        wanted = [one for one in people if matched is None or matched == (one.handle in proven or one.handle in chosen)]
        named = await self._named(connection, wanted, at_most=at_most)
        found: list[Match] = []
        for one in wanted:
            by_mail, by_hand = proven.get(one.handle), chosen.get(one.handle)
            if named[one.handle] != Named() or by_hand is not None:
                how: How | None = "mail" if by_mail else "hand" if by_hand else None
                found.append(Match(one, named[one.handle], by_mail or by_hand, how, by_hand))
        return found

    async def _chosen(self, connection: Connection, people: Collection[SourcePerson]) -> dict[str, User]:
        """Whom an administrator has matched with these, by handle."""
        members = await self._directory.members_in(connection.id, [person_group(one.handle) for one in people])
        ids = {group: member.removeprefix(user_principal("")) for group, some in members.items() for member in some}
        users = await self._users.of_ids(ids.values()) if ids else {}
        by_group = {group: users[user_id] for group, user_id in ids.items() if user_id in users}
        return {one.handle: user for one in people if (user := by_group.get(person_group(one.handle))) is not None}

    async def _named(
        self, connection: Connection, people: Collection[SourcePerson], *, at_most: int | None
    ) -> dict[str, Named]:
        members = {person_member(connection.id, one.handle): one.handle for one in people}
        groups = await self._directory.counts_of(connection.id, members) if members else {}
        lists = {source_principal(connection.id, person_group(one.handle)): one.handle for one in people}
        items = await self._library.count_naming(lists, at_most=at_most)
        by_handle = {handle: groups.get(member, 0) for member, handle in members.items()}
        return {handle: Named(by_handle[handle], items[name]) for name, handle in lists.items()}
