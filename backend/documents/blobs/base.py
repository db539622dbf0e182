"""The port of original files: bytes named by their sha256, written once and never changed.

Nobody deletes a blob at once. Several processes share one store, and while one drops the last document that names a
blob, another may have just received the same bytes and not yet stored their document. So a blob is put into the
trash, where it stays readable, and a later sweep deletes it if it still has no use. What makes this safe without a
lock over all processes:

- every arrival writes a copy of its own under the name, so that a sweep can only take copies that it has looked at;
- the time of the last arrival is kept with the blob, and `renew` sets it to now, just before the document is stored;
- a sweep takes only what arrived, and came into the trash, longer ago than `older_than`; it asks once more whether
  a document names a blob after it has taken it out of the way, and puts it back if so.

In a folder a copy is a file that takes the place of the former one. GridFS has it by its nature (each upload is a
file of its own, with one name); in S3 the keys are `<digest>/<arrival>`, and the trash is a prefix with marks.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from backend.errors import NotFound, Unavailable

#: Which of these digests a document names at this moment.
type InUse = Callable[[Sequence[str]], Awaitable[set[str]]]


class StorageFull(Unavailable):
    """The disk has no room: nothing was stored. 507 Insufficient Storage (RFC 4918)."""

    status = 507
    default_code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full; nothing was stored. Free some space (or ask your operator to), then try again.",
            dependency="files",
        )


def original_missing() -> NotFound:
    """The error for a blob that is not there."""
    return NotFound("The original file is no longer stored.", code="original_missing")


class BlobWriter(Protocol):
    """Takes one file piece by piece. `finish` makes it a blob; `abort` leaves nothing behind."""

    @property
    def size_bytes(self) -> int:
        """How much was written so far."""
        ...

    def write(self, data: bytes) -> None:
        """Appends; blocks no longer than a write to a local file does. Errors: `StorageFull`."""
        ...

    async def finish(self) -> str:
        """Stores the file durably and returns its sha256 digest, pinned (see `BlobStore`). Errors: `StorageFull`."""
        ...

    def abort(self) -> None:
        """Removes what was written. Harmless after `finish`."""
        ...


class BlobStore(Protocol):
    """Implementation: `local.LocalBlobStore`.

    A pin keeps a blob between its arrival and the moment when a stored document names it: `put` and `finish` set it,
    `unpin` or `abandon` gives it back. Sweeps of this process pass over it, and renew its arrival for other processes.
    """

    def writer(self) -> BlobWriter:
        """Errors: `StorageFull`."""
        ...

    async def put(self, data: bytes) -> str:
        """Stores bytes that are in memory; returns the pinned digest. Errors: `StorageFull`."""
        ...

    async def read(self, digest: str) -> bytes:
        """Errors: `NotFound`."""
        ...

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        """The file in blocks of 1 MB; iterate it to the end or close it. Errors: `NotFound`, at once."""
        ...

    def as_file(self, digest: str) -> AbstractAsyncContextManager[Path]:
        """The blob as a local file while the block runs, for the extraction process. Errors: `NotFound`.

        Read it only. A store on another machine fetches it into a temporary file.
        """
        ...

    async def renew(self, digests: Iterable[str]) -> None:
        """Counts these blobs as arriving now. Call it right before a document that names them is stored.

        Errors: `Unavailable` (`upload_lost`) when one is gone: nothing may be acknowledged then.
        """
        ...

    def unpin(self, digests: Iterable[str]) -> None:
        """Gives back pins of `put` and `finish`, once a stored document names the blobs."""
        ...

    def abandon(self, digests: Iterable[str]) -> None:
        """Gives back pins when no document was stored: the next sweep puts these blobs into the trash."""
        ...

    async def trash(self, digests: Iterable[str]) -> None:
        """Marks blobs for the sweep; they stay readable until then. Unknown digests are ignored."""
        ...

    async def trash_unnamed(self, in_use: InUse) -> int:
        """Marks every blob that no document names, and returns how many: what crashes left, at start."""
        ...

    async def sweep(self, in_use: InUse, *, older_than: timedelta) -> int:
        """Deletes what has been in the trash, and has not arrived, for so long; returns how many blobs.

        What a document names again leaves the trash. Safe beside sweeps of other processes.
        """
        ...

    async def ping(self) -> None:
        """Errors: `Unavailable` when files cannot be stored."""
        ...
