"""Blobs in a folder: `blobs/ab/abcdef…`, with `incoming/` for what arrives and `trash/` for what leaves."""

import asyncio
import errno
import hashlib
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from itertools import batched
from pathlib import Path
from typing import IO, Self

import structlog

from backend.documents.blobs.base import InUse, StorageFull, original_missing
from backend.documents.blobs.local_trash import LocalTrash
from backend.errors import Unavailable
from backend.ids import new_id

log = structlog.get_logger(__name__)

_SPACE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: An upload that has not grown for so long is one that a crash cut short.
_STALE_SECONDS = 3600.0
_BLOCK_BYTES = 1024 * 1024
_AT_ONCE = 200
#: The folders of blobs are named by the first digits of their digests.
_FOLDER_DIGITS = 2


@contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _SPACE_ERRORS:
            raise StorageFull from error
        raise


class LocalBlobWriter:
    """A `BlobWriter`. `write` only fills the page cache; `finish` waits for the disk, in a thread."""

    def __init__(self, store: "LocalBlobStore", path: Path, open_file: Callable[[Path], IO[bytes]]) -> None:
        self._store = store
        self._path = path
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        with _told_when_full():
            self._file = open_file(path)

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def write(self, data: bytes) -> None:
        try:
            with _told_when_full():
                self._file.write(data)
        except BaseException:
            self.abort()
            raise
        self._hash.update(data)
        self._size_bytes += len(data)

    async def finish(self) -> str:
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
            self._store.place(self._path, digest)


class LocalBlobStore:
    """A `BlobStore` in one folder, which several processes may share.

    Args:
        clock: seconds since the epoch; arrivals and ages are counted by it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        open_file: Callable[[Path], IO[bytes]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._trash = LocalTrash(folder / "trash", clock)
        self._open_file = open_file or _open_new
        self._clock = clock
        self._pins: Counter[str] = Counter()
        self._abandoned: set[str] = set()

    def prepare(self) -> Self:
        """Creates the folders and removes uploads that a crash left unfinished."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._trash.prepare()
        self._remove_stale_uploads()
        return self

    def writer(self) -> LocalBlobWriter:
        return LocalBlobWriter(self, self._incoming / new_id(), self._open_file)

    async def put(self, data: bytes) -> str:
        writer = self.writer()
        writer.write(data)
        return await writer.finish()

    async def read(self, digest: str) -> bytes:
        with await asyncio.to_thread(self._opened, digest) as file:
            return await asyncio.to_thread(file.read)

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        return _blocks(await asyncio.to_thread(self._opened, digest))

    @asynccontextmanager
    async def as_file(self, digest: str) -> AsyncIterator[Path]:
        yield await asyncio.to_thread(self._found, digest)

    async def renew(self, digests: Iterable[str]) -> None:
        await asyncio.to_thread(self._renew, list(digests))

    def pin(self, digest: str) -> None:
        """For the writer: from before the file is in its place."""
        self._pins[digest] += 1

    def place(self, arrived: Path, digest: str) -> None:
        """For the writer: makes a whole file the blob, durably. It takes the place of a former copy."""
        now = self._clock()
        os.utime(arrived, (now, now))
        target = self._path(digest)
        target.parent.mkdir(exist_ok=True)
        arrived.replace(target)
        _sync_folder(target.parent)

    def unpin(self, digests: Iterable[str]) -> None:
        for digest in digests:
            self._pins[digest] -= 1
            if self._pins[digest] <= 0:
                del self._pins[digest]

    def abandon(self, digests: Iterable[str]) -> None:
        given = list(digests)
        self.unpin(given)
        self._abandoned.update(given)

    async def trash(self, digests: Iterable[str]) -> None:
        await asyncio.to_thread(self._trash.mark, list(digests))

    async def trash_unnamed(self, in_use: InUse) -> int:
        marked = 0
        for part in batched(await asyncio.to_thread(self._all), _AT_ONCE, strict=False):
            unnamed = set(part) - await in_use(part)
            await self.trash(unnamed)
            marked += len(unnamed)
        return marked

    async def sweep(self, in_use: InUse, *, older_than: timedelta) -> int:
        await asyncio.to_thread(self._renew_pinned)
        abandoned, self._abandoned = self._abandoned, set()
        await self.trash(abandoned)
        await asyncio.to_thread(self._remove_stale_uploads)
        before = self._clock() - older_than.total_seconds()
        swept = 0
        # First what a crash left in the middle of a sweep: it was taken from its place, and may have a use.
        for left in batched(await asyncio.to_thread(self._trash.left, before), _AT_ONCE, strict=False):
            swept += await self._delete_or_put_back(left, in_use)
        for part in batched(await asyncio.to_thread(self._trash.marked, before), _AT_ONCE, strict=False):
            # Unmarked first: a document that is deleted after the question below then leaves a mark that stays.
            await asyncio.to_thread(self._trash.unmark, part)
            used = await in_use(part)
            taken = await asyncio.to_thread(self._take, [digest for digest in part if digest not in used], before)
            swept += await self._delete_or_put_back(taken, in_use)
        return swept

    async def ping(self) -> None:
        try:
            await asyncio.to_thread(self._probe)
        except OSError as error:
            raise Unavailable(
                f"Original files cannot be stored ({error.strerror}): check the data folder.", dependency="files"
            ) from error

    # -- blocking, in threads ----------------------------------------------------------------------------------

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:_FOLDER_DIGITS] / digest

    def _found(self, digest: str) -> Path:
        """Where the blob is; for a moment of a sweep that is the trash, before it is put back."""
        for path in (self._path(digest), self._trash.taken(digest), self._path(digest)):
            if path.exists():
                return path
        raise original_missing()

    def _opened(self, digest: str) -> IO[bytes]:
        for _ in range(2):  # between being found and being opened it may have been put back
            with suppress(FileNotFoundError):
                return self._found(digest).open("rb")
        raise original_missing()

    def _renew(self, digests: Sequence[str]) -> None:
        now = self._clock()
        for digest in digests:
            try:
                os.utime(self._path(digest), (now, now))
            except FileNotFoundError as error:
                if not self._trash.put_back(digest, self._path(digest)):
                    raise Unavailable(
                        "The upload was lost before it was stored. Send it again.",
                        dependency="files",
                        code="upload_lost",
                    ) from error
                os.utime(self._path(digest), (now, now))

    def _renew_pinned(self) -> None:
        for digest in list(self._pins):
            with suppress(Unavailable):  # about to arrive: its file is not in its place yet
                self._renew([digest])

    def _take(self, digests: Sequence[str], before: float) -> list[str]:
        """Takes blobs out of their place. Those that arrived later stay marked: their uploads may come to nothing."""
        taken = []
        for digest in digests:
            outcome = "newer" if digest in self._pins else self._trash.take(digest, self._path(digest), before)
            if outcome == "newer":
                self._trash.mark([digest])
            elif outcome == "taken":
                taken.append(digest)
        return taken

    async def _delete_or_put_back(self, taken: Sequence[str], in_use: InUse) -> int:
        used = await in_use(taken) if taken else set()
        await asyncio.to_thread(self._settle, taken, used)
        return len(taken) - len(used)

    def _settle(self, taken: Sequence[str], used: set[str]) -> None:
        for digest in taken:
            if digest in used or digest in self._pins:
                self._trash.put_back(digest, self._path(digest))
            else:
                self._trash.delete(digest)
                log.debug("blob_deleted", digest=digest)

    def _all(self) -> list[str]:
        return [
            path.name
            for folder in self._folder.iterdir()
            if len(folder.name) == _FOLDER_DIGITS and folder.is_dir()
            for path in folder.iterdir()
        ]

    def _remove_stale_uploads(self) -> None:
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError):  # it was finished meanwhile
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()

    def _probe(self) -> None:
        probe = self._incoming / f"probe-{new_id()}"
        probe.touch()
        probe.unlink()


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
