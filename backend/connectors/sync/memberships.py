"""Who belongs to the groups of a connection's source, as far as it told completely."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from backend.access import mail_principal, user_principal
from backend.auth.directory import StoredDirectory
from backend.connectors.models import Connection
from backend.connectors.source_events import GroupMembers

#: The group of whoever connected the account: handing a connection over rewrites no document.
OWNER_GROUP = "owner"


class Memberships:
    """Writes memberships into the directory that every identity asks."""

    def __init__(self, directory: StoredDirectory) -> None:
        self._directory = directory

    async def set_owner(self, connection_id: str, user_id: str) -> None:
        await self._directory.set_members(connection_id, OWNER_GROUP, [user_principal(user_id)])

    async def take(self, connection: Connection, members: GroupMembers) -> None:
        """Makes these the members of the group. A partial answer replaces nothing."""
        if members.complete:
            people = [mail_principal(address) for address in members.people if "@" in address]
            owner = [user_principal(connection.owner_id)] if members.owner else []
            await self._directory.set_members(connection.id, members.group, [*people, *owner])

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
            await self._directory.set_members(connection.id, group, ())

    async def forget(self, connection_id: str) -> None:
        await self._directory.remove_connection(connection_id)
