"""Reads an account in the order that loses nothing: start tokens, the listing, the changes, the new start tokens."""

from collections.abc import AsyncGenerator, Mapping
from itertools import islice
from typing import Any

from backend.connectors.base import OPTIONS_INVALID
from backend.connectors.google_drive.client import FORBIDDEN, NOT_FOUND, DriveClient
from backend.connectors.google_drive.cursor import OWN, Below, DriveCursor, Feed, drive_of
from backend.connectors.google_drive.files import FOLDER, Malformed, id_of, read_file
from backend.connectors.google_drive.items import Chosen, Items, below
from backend.connectors.google_drive.rights import Rights
from backend.connectors.source_events import Checkpoint, Delete, ListingBegins, ListingEnds, SyncEvent
from backend.errors import InvalidConfig, SourceRefused

_FOLDERS = f"mimeType = '{FOLDER}' and trashed = false"
_FILES = f"mimeType != '{FOLDER}' and trashed = false"
#: Folders whose children are asked for at once.
_TOGETHER = 40


async def begin(client: DriveClient, chosen: Chosen) -> DriveCursor:
    """A cursor at the present, from Google, from which everything is listed."""
    names = ([OWN] if chosen.my_drive else []) + sorted(chosen.drives)
    if not names:
        raise _nothing_chosen()
    feeds = {name: Feed(changes=await client.start_page_token(drive_of(name))) for name in names}
    # What a listing hides, another one has to agree with.
    cursor = DriveCursor(feeds=feeds, doubts=2)
    cursor.want_listing()
    return cursor


def _nothing_chosen() -> InvalidConfig:
    return InvalidConfig(
        "This account sees nothing of what was chosen. Choose My Drive, a shared drive that it is a member of, or "
        "folders that are there.",
        code=OPTIONS_INVALID,
    )


class Walk:
    """One run. `cursor` is its own and moves on; copies of it are handed over.

    Args:
        drives: names of all shared drives that the account is a member of, by id.
    """

    def __init__(
        self, client: DriveClient, *, rights: Rights, chosen: Chosen, drives: Mapping[str, str], cursor: DriveCursor
    ) -> None:
        self._client = client
        self._chosen = chosen
        self._drives = drives
        self._cursor = cursor
        self._items = Items(client, rights=rights, chosen=chosen, drives=drives, cursor=cursor)

    async def events(self) -> AsyncGenerator[SyncEvent]:
        await self._follow_drives()
        async for event in self._listings():
            yield event
        for name, feed in self._cursor.feeds.items():
            async for event in self._changes(name, feed):
                yield event
        if self._cursor.listing == "wanted":  # a folder went, and what was in it was not named
            async for event in self._listings():
                yield event

    async def _follow_drives(self) -> None:
        """Drives that the account came to are listed; where one was left, everything is named again without it."""
        feeds = self._cursor.feeds
        for name in self._chosen.drives - feeds.keys():
            feeds[name] = Feed(changes=await self._client.start_page_token(name), page="")
        for name in feeds.keys() - self._chosen.drives - {OWN}:
            del feeds[name]
            self._doubt()
        if not feeds:
            raise _nothing_chosen()

    def _doubt(self) -> None:
        """What went is hidden by the next listing, and deleted by the one after it."""
        self._cursor.doubts = 2
        if self._cursor.listing == "no":
            self._cursor.want_listing()

    def _checkpoint(self) -> Checkpoint:
        self._items.keep_marks()
        return Checkpoint(self._cursor.model_copy(deep=True))

    async def _listings(self) -> AsyncGenerator[SyncEvent]:
        cursor = self._cursor
        if cursor.listing == "wanted":
            await self._require_folders()
            cursor.listing, cursor.whole, cursor.outside = "open", True, False
            self._items.folders.clear()
            self._items.targets.clear()
            yield ListingBegins()
        for name, feed in cursor.feeds.items():
            if feed.page is not None:
                async for event in self._listing(name, feed):
                    yield event
        async for event in self._children():
            yield event
        if cursor.listing == "open":
            yield ListingEnds(complete=cursor.whole)
            cursor.listing, cursor.doubts = "no", max(0, cursor.doubts - 1)
            yield self._checkpoint()

    async def _require_folders(self) -> None:
        """Errors: `InvalidConfig` when none of the chosen folders is there: a listing without them would be empty."""
        folders = sorted(self._chosen.folders)
        for id_ in folders:
            if id_ in self._drives or await self._client.file(id_) is not None:
                return
        if folders:
            raise _nothing_chosen()

    async def _listing(self, name: str, feed: Feed) -> AsyncGenerator[SyncEvent]:
        await self._learn_folders(name)
        while feed.page is not None:
            page = await self._client.files(_FILES, drive_id=drive_of(name), token=feed.page)
            self._cursor.whole &= page.whole
            for raw in page.items:
                if name == OWN and raw.get("driveId") in self._cursor.feeds:
                    continue  # it comes with its drive
                async for event in self._items.events(raw, absent=False):
                    yield event
            feed.page = page.next
            yield self._checkpoint()

    async def _learn_folders(self, name: str) -> None:
        token: str | None = None
        while True:
            page = await self._client.files(_FOLDERS, drive_id=drive_of(name), token=token)
            self._cursor.whole &= page.whole
            for raw in page.items:
                try:
                    self._items.see(read_file(raw))
                except Malformed:
                    self._cursor.whole = False
            token = page.next
            if token is None:
                return

    async def _children(self) -> AsyncGenerator[SyncEvent]:
        """Names what is in folders that changed, level by level: their access and their path may have changed."""
        seen: set[str] = set()
        together = _TOGETHER
        while waiting := self._cursor.below:
            drive = next(iter(waiting.values())).drive
            batch = dict(islice(((id_, one) for id_, one in waiting.items() if one.drive == drive), together))
            try:
                async for event in self._children_of(drive, batch, seen):
                    yield event
            except SourceRefused as error:
                if error.answer_status not in (NOT_FOUND, FORBIDDEN):
                    raise
                if len(batch) > 1:  # one of them is gone; asked one by one, it shows which
                    together = 1
                    continue
            for id_ in batch:
                waiting.pop(id_, None)
                seen.add(id_)
            yield self._checkpoint()

    async def _children_of(self, drive: str, batch: Mapping[str, Below], seen: set[str]) -> AsyncGenerator[SyncEvent]:
        query = " or ".join(f"'{id_}' in parents" for id_ in batch)
        keys = {id_: one.key for id_, one in batch.items() if one.key}
        token: str | None = None
        while True:
            page = await self._client.files(query, drive_id=drive_of(drive), token=token, keys=keys)
            for raw in page.items:
                async for event in self._child(raw, seen):
                    yield event
            token = page.next
            if token is None:
                return

    async def _child(self, raw: Mapping[str, Any], seen: set[str]) -> AsyncGenerator[SyncEvent]:
        if raw.get("mimeType") != FOLDER:
            async for event in self._items.events(raw, absent=True):
                yield event
            return
        try:
            folder = read_file(raw)
        except Malformed:
            return
        self._items.see(folder)
        if folder.id not in seen:
            self._cursor.below[folder.id] = below(folder, self._drives)

    async def _changes(self, name: str, feed: Feed) -> AsyncGenerator[SyncEvent]:
        while True:
            page = await self._client.changes(feed.changes, drive_id=drive_of(name))
            for change in page.items:
                async for event in self._change(change):
                    yield event
            feed.changes = page.next or page.start or feed.changes
            yield self._checkpoint()
            if page.next is None:
                break
        async for event in self._children():
            yield event

    async def _change(self, change: Mapping[str, Any]) -> AsyncGenerator[SyncEvent]:
        """A change is the state that an item is in now, not what happened to it; the order says nothing."""
        if change.get("changeType") == "drive":  # drives and their members are read before
            return
        raw, id_ = change.get("file"), id_of(change, "fileId")
        if not isinstance(raw, dict):
            if id_ is not None:
                yield Delete(id_)
                if id_ in self._items.folders:
                    self._items.folders.drop(id_)
                    self._doubt()
            return
        if raw.get("mimeType") != FOLDER:
            async for event in self._items.events(raw, absent=True):
                yield event
            return
        try:
            folder = read_file(raw)
        except Malformed:
            return
        if self._items.see(folder):
            self._cursor.below[folder.id] = below(folder, self._drives)
