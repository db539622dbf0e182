"""Original files on disk, named by their content: `blobs/ab/abcdef…`, written once and never changed."""

import asyncio
import errno
import hashlib
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from backend.errors import NotFound, Unavailable
from backend.ids import new_id

_SPACE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STALE_SECONDS = 3600.0
_BLOCK_BYTES = 1024 * 1024


class StorageFull(Unavailable):
    """The disk has no room: nothing was stored. 507 Insufficient Storage (RFC 4918)."""

    status = 507
    default_code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full; nothing was stored. Free some space (or ask your operator to), then try again.",
            dependency="blobs",
        )


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _SPACE_ERRORS:
            raise StorageFull from error
        raise


class BlobWriter:
    """Takes one file piece by piece. `finish` makes it a blob; `abort` leaves nothing behind.

    `write` is blocking but only fills the page cache; `finish` waits for the disk, in a thread.
    """

    def __init__(self, store: "BlobStore", path: Path, open_file: Callable[[Path], IO[bytes]]) -> None:
        self._store = store
        self._path = path
        self._hash = hashlib.sha256()
        self.size_bytes = 0
        with _told_when_full():
            self._file = open_file(path)

    def write(self, data: bytes) -> None:
        """Appends. Errors: `StorageFull`."""
        try:
            with _told_when_full():
                self._file.write(data)
        except BaseException:
            self.abort()
            raise
        self._hash.update(data)
        self.size_bytes += len(data)

    async def finish(self) -> str:
        """Puts the file in its place, durably, and returns its sha256 digest, pinned (see `BlobStore.unpin`)."""
        digest = self._hash.hexdigest()
        self._store.pin(digest)
        try:
            await asyncio.to_thread(self._place, digest)
        except BaseException:
            self._store.unpin([digest])
            self.abort()
            raise
        return digest

    def abort(self) -> None:
        """Removes what was written. Harmless after `finish`."""
        # Closing flushes what is left, which fails again on a full disk; the file goes in any case.
        try:
            self._file.close()
        except OSError as error:
            if error.errno not in _SPACE_ERRORS:
                raise
        finally:
            self._path.unlink(missing_ok=True)

    def _place(self, digest: str) -> None:
        with _told_when_full():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            target = self._store.path(digest)
            target.parent.mkdir(exist_ok=True)
            self._path.replace(target)
            _sync_folder(target.parent)


class BlobStore:
    """Content-addressed files under one folder; a blob is deleted when no document names it and nobody pins it.

    A pin keeps a blob alive between its arrival and the moment when a stored document names it.
    """

    def __init__(self, folder: Path, *, open_file: Callable[[Path], IO[bytes]] | None = None) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._open_file = open_file or _open_new
        self._pins: Counter[str] = Counter()

    def prepare(self) -> Self:
        """Creates the folders and removes uploads that a crash left unfinished."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        for path in self._incoming.iterdir():
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink(missing_ok=True)
        return self

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def writer(self) -> BlobWriter:
        """Errors: `StorageFull`."""
        return BlobWriter(self, self._incoming / new_id(), self._open_file)

    async def put(self, data: bytes) -> str:
        """Stores bytes that are in memory; returns the pinned digest."""
        writer = self.writer()
        writer.write(data)
        return await writer.finish()

    async def read(self, digest: str) -> bytes:
        """Errors: `NotFound`."""
        try:
            return await asyncio.to_thread(self.path(digest).read_bytes)
        except FileNotFoundError as error:
            raise NotFound("The original file is no longer stored.", code="original_missing") from error

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        """The file in blocks of 1 MB; iterate it to the end or close it. Errors: `NotFound`, at once."""
        try:
            file = await asyncio.to_thread(self.path(digest).open, "rb")
        except FileNotFoundError as error:
            raise NotFound("The original file is no longer stored.", code="original_missing") from error
        return _blocks(file)

    def pin(self, digest: str) -> None:
        self._pins[digest] += 1

    def unpin(self, digests: Iterable[str]) -> None:
        """Gives back pins of `put` and `finish`."""
        for digest in digests:
            self._pins[digest] -= 1
            if self._pins[digest] <= 0:
                del self._pins[digest]

    def discard(self, digest: str) -> None:
        """Deletes a blob that no document names, unless somebody pins it. Unknown digests are ignored."""
        if digest not in self._pins:
            self.path(digest).unlink(missing_ok=True)

    def old(self) -> Iterator[str]:
        """Digests that have been here for an hour: only these may be swept."""
        for folder in self._folder.iterdir():
            if folder == self._incoming or not folder.is_dir():
                continue
            for path in folder.iterdir():
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    yield path.name


async def _blocks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while block := await asyncio.to_thread(file.read, _BLOCK_BYTES):
            yield block


def _open_new(path: Path) -> IO[bytes]:
    return path.open("xb", buffering=_BLOCK_BYTES)


def _sync_folder(folder: Path) -> None:
    """Makes a rename durable (fsync of the directory, POSIX)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
