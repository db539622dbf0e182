"""What one file of an answer is worth as an event: taken in, gone, left out, or led on to what it points to."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from backend.connectors.google_drive.client import DriveClient
from backend.connectors.google_drive.content import Content
from backend.connectors.google_drive.cursor import OWN, Below, DriveCursor, Marks
from backend.connectors.google_drive.files import DriveFile, Malformed, Target, read_file
from backend.connectors.google_drive.places import Place, Places
from backend.connectors.google_drive.processor import not_read, revision
from backend.connectors.google_drive.rights import Rights
from backend.connectors.pictures import NO_PICTURES, Pictures
from backend.connectors.source_events import Deferred, Delete, ItemFailure

type ItemEvent = Deferred | Delete | ItemFailure


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose of an account. `drives`: those that are read; `folders`: none means everything."""

    my_drive: bool
    drives: frozenset[str]
    folders: frozenset[str]
    pictures: Pictures = NO_PICTURES


class Items:
    """One run's view of the files of an account.

    Args:
        drives: names of all shared drives that the account is a member of, chosen or not, by id.
    """

    def __init__(
        self, client: DriveClient, *, rights: Rights, chosen: Chosen, drives: Mapping[str, str], cursor: DriveCursor
    ) -> None:
        self._client = client
        self._rights = rights
        self._chosen = chosen
        self._drives = drives
        self._cursor = cursor
        self._content = Content(client)
        self.places = Places(client, drives)
        self.folders = Marks(cursor.folders)
        self.targets = Marks(cursor.targets)

    def is_read(self, drive_id: str | None) -> bool:
        """Whether what lies there is chosen. What is shared out of a drive of others comes with My Drive."""
        if drive_id in self._drives:
            return drive_id in self._chosen.drives
        return self._chosen.my_drive

    async def events(
        self, raw: Mapping[str, Any], *, absent: bool, at: datetime | None = None
    ) -> AsyncGenerator[ItemEvent]:
        """What there is to say of a file or a shortcut; nothing of a folder.

        Args:
            absent: whether what is not to be here is said to be gone; a listing says so by not naming it.
            at: when it changed, where a change tells that.
        """
        try:
            file = read_file(raw)
        except Malformed as error:
            if error.id is None:
                self._cursor.whole = False
                return
            message = "Google Drive gave something here that is no file. The other files are not affected."
            yield ItemFailure(error.id, error.name, "malformed", message)
            return
        if file.is_folder:
            return
        if file.target is not None:
            async for event in self._led_on(file, file.target):
                yield event
            return
        place = await self.places.of(file)
        if not file.trashed and self.is_read(file.drive_id) and self._is_chosen(file.id, place):
            yield await self._named(file, place)
        elif absent:
            yield Delete(file.id, at)

    def _is_chosen(self, id_: str, place: Place, *, itself: bool = False) -> bool:
        """By the folders above it (`itself`: or as one of them), or because a shortcut in one of them points there."""
        folders = self._chosen.folders
        if not folders or not folders.isdisjoint(place.ids) or (itself and id_ in folders):
            return True
        return any(one in self.targets for one in (id_, *place.ids))

    async def _named(self, file: DriveFile, place: Place) -> Deferred | ItemFailure:
        if (failure := not_read(file, self._chosen.pictures)) is not None:
            return failure
        access = await self._rights.of(file, limited=place.limited)
        fetch = partial(self._content.fetch, file, place.path)
        return Deferred(file.id, revision(file), access, fetch, path=place.path)

    async def _led_on(self, shortcut: DriveFile, target: Target) -> AsyncGenerator[ItemEvent]:
        """What a shortcut points to is the item, once, under its own id and with its own access."""
        if shortcut.trashed:
            if target.id in self.targets:  # it may have been the only way there
                self.targets.drop(target.id)
                self._cursor.doubts = 2
                if self._cursor.listing == "no":
                    self._cursor.want_listing()
            return
        place = await self.places.of(shortcut)
        if not self.is_read(shortcut.drive_id) or not self._is_chosen(shortcut.id, place):
            return
        raw = await self._client.file(target.id, key=target.key)
        try:
            file = read_file(raw) if raw is not None else None
        except Malformed:
            return
        if file is None or file.trashed or file.target is not None or not self._is_for_shortcuts(file.drive_id):
            return
        own = await self.places.of(file)
        told = file.listed or file.drive_id in self._drives
        if told and self._is_chosen(file.id, own, itself=True):
            return  # it comes by itself
        known = file.id in self.targets
        self.targets.put(file.id)
        self._cursor.outside |= not told
        if not file.is_folder:
            yield await self._named(file, own)
        elif not known:
            self._cursor.below[file.id] = below(replace(file, key=target.key), self._drives)

    def _is_for_shortcuts(self, drive_id: str | None) -> bool:
        """A shortcut brings what others share; not what lies in a shared drive that was not chosen."""
        return drive_id not in self._drives or drive_id in self._chosen.drives

    def keep_marks(self) -> None:
        """Before the cursor is saved."""
        self._cursor.folders, self._cursor.targets = self.folders.packed(), self.targets.packed()

    def see(self, folder: DriveFile) -> bool:
        """Whether something of a folder changed that concerns what is in it."""
        self.places.learn(folder)
        shares = sorted((one.id, one.role, one.view or "", one.ends) for one in folder.permissions or ())
        return self.folders.put(
            folder.id,
            folder.name,
            folder.parent,
            folder.drive_id,
            folder.trashed,
            folder.limited,
            folder.augmented,
            sorted(folder.permission_ids),
            shares,
        )


def below(folder: DriveFile, drives: Mapping[str, str]) -> Below:
    return Below(drive=folder.drive_id if folder.drive_id in drives and folder.drive_id else OWN, key=folder.key or "")
