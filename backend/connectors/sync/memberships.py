"""Who belongs to the groups of a connection's source, as far as it told completely."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from backend.access import mail_principal, person_handle, user_principal
from backend.auth.directory import StoredDirectory, person_member
from backend.connectors.models import Connection
from backend.connectors.source_events import GroupMembers
from backend.connectors.sync.people import People

#: The group of whoever connected the account: handing a connection over rewrites no document.
OWNER_GROUP = "owner"


class Memberships:
    """Writes memberships into the directory that every identity asks, and whom they name."""

    def __init__(self, directory: StoredDirectory, people: People) -> None:
        self._directory = directory
        self.people = people

    async def set_owner(self, connection_id: str, user_id: str) -> None:
        await self._directory.set_members(connection_id, OWNER_GROUP, [user_principal(user_id)])

    async def take(self, connection: Connection, members: GroupMembers) -> None:
        """Makes these the members of the group. A partial answer replaces nothing."""
        if not members.complete:
            return
        by_name = {_member(connection, person): person for person in members.people}
        present = await self._directory.members_of(connection.id, members.group)
        news = [person for name, person in by_name.items() if name not in present]
        await self.people.note(connection, news, members.names)
        owner = {user_principal(connection.owner_id)} if members.owner else set()
        await self._directory.set_members(connection.id, members.group, by_name.keys() | owner, present=present)

    async def renew(self, connection: Connection, groups: AsyncGenerator[GroupMembers]) -> None:
        """Reads every group; one that is not named any more has no members. Errors: `SourceError`; then nobody loses
        anything by not having been named.
        """
        named = {OWNER_GROUP}
        async with aclosing(groups) as told:
            async for members in told:
                named.add(members.group)
                await self.take(connection, members)
        for group in await self._directory.groups_of_connection(connection.id) - named:
            if person_handle(group) is None:
                await self._directory.set_members(connection.id, group, ())

    async def forget(self, connection_id: str) -> None:
        await self._directory.remove_connection(connection_id)
        await self.people.delete_of(connection_id)


def _member(connection: Connection, person: str) -> str:
    return mail_principal(person) if "@" in person else person_member(connection.id, person)
