"""Compound files, in which Outlook and older Office programs keep streams in folders (MS-CFB). Nothing is trusted."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from backend.extraction.failures import failure
from backend.extraction.packages import Budget

_ENTRY_BYTES = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_IN_HEADER = 109
_MINI_BYTES = 64
#: Numbers from here on mark ends and gaps in chains and trees.
_NO_SECTOR = 0xFFFFFFFA


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream, or a storage with others in it."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """Raises `corrupt`, from whatever method, where the file breaks the rules."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._shift, mini = self._at("<HH", 30)
        if self._shift not in (9, 12) or 1 << mini != _MINI_BYTES:
            raise _broken()
        self._sectors = len(data) >> self._shift
        fat_sectors, directory = self._at("<II", 44)
        self._least, first_mini, _, difat, _ = self._at("<5I", 56)
        self._fat = self._numbers(self._fat_sectors(fat_sectors, difat))
        self._entries = self._directory(b"".join(map(self._sector, self._chain(directory))))
        self._mini_fat = self._numbers(self._chain(first_mini))
        root = self._entries[0] if self._entries else None
        if root is None or root.kind != _ROOT:
            raise _broken()
        self.root = root
        self._mini = b"".join(map(self._sector, self._chain(root.start)))

    def inside(self, storage: Entry) -> dict[str, Entry]:
        """What lies in a storage, by name."""
        found: dict[str, Entry] = {}
        waiting, seen = [storage.child], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            if entry.kind in (_STORAGE, _STREAM):
                found[entry.name] = entry
            waiting += (entry.left, entry.right)
        return found

    def read(self, stream: Entry, budget: Budget) -> bytes:
        """A stream's bytes. Raises `archive_bomb` where the budget ends: streams may share their sectors."""
        if stream.kind != _STREAM:
            raise _broken()
        budget.spend(stream.size)
        pieces = self._large(stream) if stream.size >= self._least else self._small(stream)
        data = b"".join(_until(pieces, stream.size))[: stream.size]
        if len(data) < stream.size:
            raise _broken()
        return data

    def _large(self, stream: Entry) -> Iterator[bytes]:
        return map(self._sector, self._chain(stream.start))

    def _small(self, stream: Entry) -> Iterator[bytes]:
        for number in self._chain(stream.start, mini=True):
            yield self._mini[number * _MINI_BYTES : (number + 1) * _MINI_BYTES]

    def _at(self, form: str, place: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(form, self._data, place)
        except struct.error as error:
            raise _broken() from error

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        if start >= len(self._data):
            raise _broken()
        return self._data[start : start + (1 << self._shift)]

    def _numbers(self, sectors: Iterator[int]) -> tuple[int, ...]:
        data = b"".join(map(self._sector, sectors))
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _fat_sectors(self, count: int, more: int) -> Iterator[int]:
        """Where the table of chains stands: first in the header, then in a chain of its own."""
        named = [*self._at(f"<{_IN_HEADER}I", 76)]
        if count > self._sectors:
            raise _broken()
        for _ in range(self._sectors):
            if more >= _NO_SECTOR or len(named) >= count:
                break
            *some, more = self._numbers(iter((more,))) or (_NO_SECTOR,)
            named += some
        return (number for number in named[:count] if number < _NO_SECTOR)

    def _chain(self, start: int, *, mini: bool = False) -> Iterator[int]:
        table, most = (self._mini_fat, len(self._mini) // _MINI_BYTES) if mini else (self._fat, self._sectors)
        number = start
        for _ in range(most + 1):
            if number >= _NO_SECTOR:
                return
            if number >= len(table):
                raise _broken()
            yield number
            number = table[number]
        raise _broken()  # it leads back to itself

    def _directory(self, data: bytes) -> list[Entry]:
        found = []
        for at in range(0, len(data) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            left, right, child = struct.unpack_from("<3I", data, at + 68)
            start, size, high = struct.unpack_from("<3I", data, at + 116)
            name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            # Of files with sectors of 512 bytes the upper half may be anything.
            found.append(Entry(name, kind, left, right, child, start, size | high << 32 if self._shift > 9 else size))
        return found


def _until(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := next(pieces, b"")):
        yield piece
        size -= len(piece)


def _broken() -> Exception:
    return failure("corrupt", "its streams cannot be put together")
