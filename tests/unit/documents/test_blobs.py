import errno
import hashlib
import os
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO

import pytest

from backend.documents.blobs import StorageFull
from backend.documents.blobs.local import LocalBlobStore
from backend.errors import NotFound


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobStore:
    return LocalBlobStore(tmp_path / "blobs").prepare()


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_a_blob_is_named_by_its_content_and_read_back(store: LocalBlobStore) -> None:
    digest = await store.put(b"hello")
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert await store.read(digest) == b"hello"
    assert b"".join([block async for block in await store.open(digest)]) == b"hello"


async def test_the_same_content_is_kept_once(store: LocalBlobStore, tmp_path: Path) -> None:
    first, second = await store.put(b"hello"), await store.put(b"hello")
    assert first == second
    assert files_below(tmp_path) == [first]


async def test_a_blob_is_lent_as_a_file(store: LocalBlobStore) -> None:
    digest = await store.put(b"hello")
    async with store.as_file(digest) as path:
        assert path.read_bytes() == b"hello"
    with pytest.raises(NotFound):
        async with store.as_file("0" * 64):
            pass


async def test_an_aborted_upload_leaves_nothing(store: LocalBlobStore, tmp_path: Path) -> None:
    writer = store.writer()
    writer.write(b"half of")
    writer.abort()
    assert files_below(tmp_path) == []


async def test_a_missing_blob_is_not_found(store: LocalBlobStore) -> None:
    with pytest.raises(NotFound):
        await store.read("0" * 64)
    with pytest.raises(NotFound):
        await store.open("0" * 64)


class FullDisk(BytesIO):
    """A file on a disk with room for a few bytes only."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__()
        path.touch()
        self._room = room

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)

    def close(self) -> None:
        if self._room < 0 and not self.closed:
            super().close()
            raise OSError(errno.ENOSPC, "No space left on device")
        super().close()


def full_disk(room: int) -> Callable[[Path], IO[bytes]]:
    return lambda path: FullDisk(path, room)


async def test_a_full_disk_is_said_clearly_and_leaves_nothing(tmp_path: Path) -> None:
    store = LocalBlobStore(tmp_path / "blobs", open_file=full_disk(4)).prepare()
    with pytest.raises(StorageFull, match="disk is full") as caught:
        await store.put(b"hello")
    assert caught.value.status == 507
    assert files_below(tmp_path) == []


async def test_a_disk_that_cannot_even_open_a_file_is_full(tmp_path: Path) -> None:
    def refuse(_: Path) -> IO[bytes]:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    with pytest.raises(StorageFull):
        await LocalBlobStore(tmp_path / "blobs", open_file=refuse).prepare().put(b"hello")


async def test_only_old_unfinished_uploads_are_swept(store: LocalBlobStore, tmp_path: Path) -> None:
    old, fresh = store.writer(), store.writer()
    old.write(b"a")
    fresh.write(b"b")
    incoming = sorted((tmp_path / "blobs" / "incoming").iterdir())
    long_ago = time.time() - 7200
    os.utime(incoming[0], (long_ago, long_ago))
    store.prepare()
    assert sorted((tmp_path / "blobs" / "incoming").iterdir()) == incoming[1:]
    fresh.abort()
    old.abort()
