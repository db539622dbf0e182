"""What a stand-in of Google Drive holds: files, folders, shared drives, who may open them, and its logs of changes.

Written from https://developers.google.com/workspace/drive/api/guides (about-files, about-changes, manage-sharing,
limited-expansive-access, shared-drives-diffs, resource-keys; 2026-11). Access is inherited, and a change of a folder
names the folder alone.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
DOCUMENT = "application/vnd.google-apps.document"
SHEET = "application/vnd.google-apps.spreadsheet"
SLIDES = "application/vnd.google-apps.presentation"

_SHARERS = ("owner", "organizer", "fileOrganizer", "writer")


@dataclass(frozen=True, slots=True)
class Share:
    """A permission that was given on an item or a drive. `who`: a mail address, a domain, or "" for anyone."""

    type: Literal["user", "group", "domain", "anyone"]
    who: str = ""
    role: str = "reader"
    discoverable: bool = False
    deleted: bool = False
    ends: str | None = None
    view: str | None = None

    @property
    def id(self) -> str:
        if self.type == "anyone":
            return "anyone" if self.discoverable else "anyoneWithLink"
        return str(int.from_bytes(hashlib.sha256(f"{self.type}:{self.who}".encode()).digest()[:8]))


@dataclass(slots=True)
class Item:
    id: str
    name: str
    mime: str
    parent: str | None
    drive: str | None = None
    owner: str = ""
    data: bytes = b""
    exports: dict[str, bytes] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    limited: bool = False
    trashed: bool = False
    downloads: bool = True
    abusive: bool = False
    key: str | None = None
    target: str | None = None
    version: int = 1
    minute: int = 0
    spoiled: bool = False


@dataclass(slots=True)
class SharedDrive:
    id: str
    name: str
    members: list[Share] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of a log: the id of a file, or of a drive."""

    id: str
    is_drive: bool = False


@dataclass(slots=True)
class DriveState:
    items: dict[str, Item] = field(default_factory=dict)
    drives: dict[str, SharedDrive] = field(default_factory=dict)
    #: Members of Google groups, which the Drive API never tells.
    groups: dict[str, set[str]] = field(default_factory=dict)
    logs: dict[str, list[Logged]] = field(default_factory=dict)
    #: Tokens of changes below this are no longer taken, by log.
    forgotten: dict[str, int] = field(default_factory=dict)
    #: Exports larger than this are refused, and made by the long-running download.
    export_limit: int = 10 * 2**20
    #: Told of each change, with the name of its log.
    tell: Callable[[str], None] = lambda _name: None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def number(self) -> int:
        return next(self._numbers)

    def root_of(self, user: str) -> str:
        """The id of a person's My Drive folder."""
        id_ = f"0A-root-of-{user.replace('@', '-').replace('.', '-')}"
        if id_ not in self.items:
            owner = Share("user", user, "owner")
            self.items[id_] = Item(id_, "My Drive", FOLDER, None, owner=user, shares=[owner])
        return id_

    # What people do.

    def add_drive(self, name: str, *members: Share) -> str:
        id_ = f"0B-drive-{self.number()}"
        self.drives[id_] = SharedDrive(id_, name, list(members))
        for member in members:
            self._log(member.who, id_, is_drive=True)
        return id_

    def add(
        self,
        name: str,
        *,
        owner: str = "",
        parent: str | None = None,
        mime: str = "text/plain",
        data: bytes = b"",
        **given: Any,
    ) -> str:
        """A file or folder in `parent`, else in its owner's My Drive."""
        place = parent or self.root_of(owner)
        drive = place if place in self.drives else self.items[place].drive
        shares = [] if drive else [Share("user", owner, "owner")]
        shares += given.pop("shares", [])
        id_ = f"1-item-{self.number():05d}"
        minute = self.number()
        self.items[id_] = Item(
            id_, name, mime, place, drive=drive, owner=owner, data=data, shares=shares, minute=minute, **given
        )
        self._changed(id_)
        return id_

    def write(self, id_: str, data: bytes = b"", exports: dict[str, bytes] | None = None) -> None:
        item = self.items[id_]
        item.data, item.exports, item.minute = data, exports or {}, self.number()
        self._changed(id_)

    def rename(self, id_: str, name: str) -> None:
        self.items[id_].name = name
        self._changed(id_)

    def move(self, id_: str, parent: str) -> None:
        before = self.readers(id_)
        item, from_drive = self.items[id_], self.items[id_].drive
        item.parent = parent
        drive = parent if parent in self.drives else self.items[parent].drive
        for one in [item, *self._below(id_)]:
            one.drive = drive
        if from_drive and from_drive != drive:
            self._log(from_drive, id_)
        self._changed(id_, before)

    def share(self, id_: str, *shares: Share) -> None:
        """These shares on the item itself, beside its owner's."""
        before, item = self.readers(id_), self.items[id_]
        item.shares = [one for one in item.shares if one.role == "owner"] + list(shares)
        self._changed(id_, before)

    def limit(self, id_: str, limited: bool = True) -> None:
        before = self.readers(id_)
        self.items[id_].limited = limited
        self._changed(id_, before)

    def trash(self, id_: str, trashed: bool = True) -> None:
        self.items[id_].trashed = trashed
        self._changed(id_)

    def delete(self, id_: str) -> None:
        """For good, with all below it; the change names the item alone."""
        before, drive = self.readers(id_), self.items[id_].drive
        for one in self._below(id_):
            del self.items[one.id]
        del self.items[id_]
        for log in [drive] if drive else sorted(before):
            self._log(log, id_)

    def set_members(self, drive: str, *members: Share) -> None:
        known = {one.who for one in [*self.drives[drive].members, *members]}
        self.drives[drive].members = list(members)
        for who in known:
            self._log(who, drive, is_drive=True)
        self._log(drive, drive, is_drive=True)

    # What follows from it.

    def shares_of(self, id_: str) -> list[tuple[Share, bool, bool]]:
        """The shares that count for an item, each with whether it is a member's and whether it is a given one."""
        item = self.items[id_]
        own = [(share, False, True) for share in item.shares]
        if item.parent is None:
            return own
        if item.parent in self.drives:
            above = [(share, True, False) for share in self.drives[item.parent].members]
        else:
            above = self.shares_of(item.parent)
        if item.limited:
            above = [one for one in above if one[0].role in ("owner", "organizer")]
        merged: dict[str, tuple[Share, bool, bool]] = {}
        for share, member, given in [*above, *own]:
            before = merged.get(share.id)
            merged[share.id] = (share, member or bool(before and before[1]), given or bool(before and before[2]))
        return list(merged.values())

    def readers(self, id_: str) -> set[str]:
        """The people who may open an item by their name or through a group: those in whose logs it is."""
        found: set[str] = set()
        for share, _, _ in self.shares_of(id_):
            if share.deleted or share.view:
                continue
            if share.type == "user":
                found.add(share.who)
            elif share.type == "group":
                found |= self.groups.get(share.who, set())
        return found

    def opens(self, id_: str, user: str, key: str | None = None) -> bool:
        if user in self.readers(id_):
            return True
        by_link = any(
            share.type == "anyone" or (share.type == "domain" and user.endswith(f"@{share.who}"))
            for share, _, _ in self.shares_of(id_)
            if not share.view
        )
        return by_link and self.items[id_].key in (None, key)

    def may_share(self, id_: str, user: str) -> bool:
        return any(share.who == user and share.role in _SHARERS for share, _, _ in self.shares_of(id_))

    def drives_of(self, user: str) -> list[SharedDrive]:
        return [drive for drive in self.drives.values() if any(self.is_in(one, user) for one in drive.members)]

    def is_in(self, share: Share, user: str) -> bool:
        return share.who == user or user in self.groups.get(share.who, set())

    def is_trashed(self, id_: str) -> bool:
        item = self.items[id_]
        return item.trashed or (item.parent in self.items and self.is_trashed(item.parent or ""))

    def forget_changes(self) -> None:
        """Every token that was given out is refused from now on."""
        for name, log in self.logs.items():
            log.append(Logged("0-forgotten"))
            self.forgotten[name] = len(log)

    def log(self, name: str) -> list[Logged]:
        return self.logs.setdefault(name, [])

    def _changed(self, id_: str, before: set[str] | frozenset[str] = frozenset()) -> None:
        item = self.items[id_]
        item.version += 1
        if item.drive:
            self._log(item.drive, id_)
        for user in sorted(self.readers(id_) | before if not item.drive else before):
            self._log(user, id_)

    def _log(self, name: str, id_: str, *, is_drive: bool = False) -> None:
        self.log(name).append(Logged(id_, is_drive))
        self.tell(name)

    def _below(self, id_: str) -> list[Item]:
        children = [item for item in self.items.values() if item.parent == id_]
        return children + [below for child in children for below in self._below(child.id)]
