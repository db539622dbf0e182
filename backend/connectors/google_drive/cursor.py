"""How far a Drive was read, and the marks by which a later run knows what it saw."""

import hashlib
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from backend.connectors.source_events import Cursor

#: The feed of the account itself among the feeds of shared drives. No id of Google's is that short.
OWN = "own"
_PAIR = struct.Struct(">II")


class Feed(BaseModel):
    """One feed of changes. `changes`: its page token, from Google. `page`: where its listing goes on ("" at its
    beginning), None when nothing of it is to be listed.
    """

    model_config = ConfigDict(extra="forbid")

    changes: str
    page: str | None = None


class Below(BaseModel):
    """A folder whose children are to be named again: the shared drive that it is in, and the key that opens it."""

    model_config = ConfigDict(extra="forbid")

    drive: str = OWN
    key: str = ""


class DriveCursor(Cursor):
    """Everything of one account: the feed of the account and that of each of its shared drives.

    Args:
        feeds: by id of the shared drive; `OWN` is the account's.
        listing: whether everything is being named ("wanted": that begins with the next run).
        whole: nothing was left out of that listing so far.
        doubts: listings that are still to be made, since something went of which no change names each item.
        outside: shortcuts lead to files that no feed tells of.
        below: folders that changed; no change names what is in them.
        folders: marks of the folders that were seen, with the state that they were in.
        targets: marks of what was taken in because a shortcut in a chosen folder points to it.
    """

    VERSION: ClassVar[int] = 1

    feeds: dict[str, Feed]
    listing: Literal["no", "wanted", "open"] = "no"
    whole: bool = True
    doubts: int = 0
    outside: bool = False
    below: dict[str, Below] = Field(default_factory=dict)
    folders: str = ""
    targets: str = ""

    def relisted(self) -> Self | None:
        """None where the feeds tell everything: hardly anybody's Drive needs a second listing."""
        if self.listing != "no" or not (self.doubts or self.outside):
            return None
        found = self.model_copy(deep=True)
        found.want_listing()
        return found

    def want_listing(self) -> None:
        self.listing = "wanted"
        for feed in self.feeds.values():
            feed.page = ""


class Marks:
    """Which ids were seen, and in which state, in eight bytes each: a hundred thousand folders are 800 KB.

    Two ids of four thousand million share a mark; that costs a listing too many and never one too few.
    """

    def __init__(self, packed: str = "") -> None:
        self._states = dict(_PAIR.iter_unpack(b64decode(packed)))

    def __contains__(self, id_: str) -> bool:
        return _mark(id_) in self._states

    def put(self, id_: str, *state: object) -> bool:
        """Whether this is news."""
        mark, found = _mark(id_), _mark(repr(state))
        news = self._states.get(mark) != found
        self._states[mark] = found
        return news

    def drop(self, id_: str) -> None:
        self._states.pop(_mark(id_), None)

    def clear(self) -> None:
        self._states.clear()

    def __iter__(self) -> Iterator[int]:
        return iter(self._states)

    def packed(self) -> str:
        return b64encode(b"".join(_PAIR.pack(*pair) for pair in sorted(self._states.items()))).decode()


def drive_of(feed: str) -> str | None:
    """The shared drive that a feed is of; None: the account's own."""
    return None if feed == OWN else feed


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.blake2s(text.encode(), digest_size=4).digest())
