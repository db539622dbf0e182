"""Finds out who may open a file, with as few calls as Drive allows."""

from collections.abc import AsyncGenerator, Mapping

from backend.connectors.google_drive.access import (
    Members,
    Rules,
    drive_group,
    in_drive,
    members_of,
    shared_with,
)
from backend.connectors.google_drive.client import DriveClient
from backend.connectors.google_drive.files import DriveFile
from backend.connectors.source_events import Access, GroupMembers

#: Lists that are remembered of folders whose files are shared alike.
_REMEMBERED = 10_000


class Rights:
    """One run's knowledge of shares.

    Files of My Drive come with theirs. Those of shared drives come with the ids of who may open them alone: where these
    are the drive's members nothing is asked, else once for all files of a folder that have nothing shared of their own.
    Below a folder with limited access it is always asked: being a member opens nothing there.

    Args:
        drives: shared drives that this account is a member of.
    """

    def __init__(self, client: DriveClient, rules: Rules, drives: Mapping[str, str]) -> None:
        self._client = client
        self._rules = rules
        self._drives = drives
        self._members: dict[str, Members | None] = {}
        self._alike: dict[tuple[str | None, frozenset[str]], Access] = {}

    async def of(self, file: DriveFile, *, limited: bool) -> Access:
        """`limited`: a folder above the file has limited access."""
        drive_id = file.drive_id
        if drive_id is None:
            return self._rules.narrowest if file.permissions is None else shared_with(file.permissions, self._rules)
        members = await self.members(drive_id)
        if members is None:
            return self._rules.narrowest
        if file.augmented is not False or not file.permission_ids:
            return await self._asked(file, drive_id, members, limited=limited)
        if not limited and file.permission_ids == members.ids:
            return shared_with((), self._rules, groups=(drive_group(drive_id),))
        alike = (file.parent, file.permission_ids)
        if alike not in self._alike:
            if len(self._alike) >= _REMEMBERED:
                self._alike.clear()
            self._alike[alike] = await self._asked(file, drive_id, members, limited=limited)
        return self._alike[alike]

    async def members(self, drive_id: str) -> Members | None:
        """The members of a shared drive; None where this account is not told them. Nobody's, where it is no member."""
        if drive_id not in self._drives:
            return Members()
        if drive_id not in self._members:
            found = await self._client.permissions(drive_id)
            self._members[drive_id] = None if found is None else members_of(found)
        return self._members[drive_id]

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        """Of a drive whose members are not told, nobody is one: an answer that was refused is not one that is late."""
        for drive_id in self._drives:
            for group in (await self.members(drive_id) or Members()).groups(drive_id):
                yield group

    async def _asked(self, file: DriveFile, drive_id: str, members: Members, *, limited: bool) -> Access:
        found = await self._client.permissions(file.id)
        if found is None:
            return self._rules.narrowest
        return in_drive(found, members, drive_id, self._rules, limited=limited)
