"""Originals leave through a trash: what arrives, or gets a document, meanwhile stays."""

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from backend.documents.blobs import BlobStore, InUse
from backend.documents.blobs.local import LocalBlobStore
from backend.errors import NotFound, Unavailable
from tests.support.moved_clock import MovedClock

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def store(tmp_path: Path, clock: MovedClock) -> LocalBlobStore:
    return LocalBlobStore(tmp_path / "blobs", clock=clock).prepare()


@pytest.fixture
def elsewhere(tmp_path: Path, clock: MovedClock) -> LocalBlobStore:
    """The same folder as another process has it: with pins of its own."""
    return LocalBlobStore(tmp_path / "blobs", clock=clock).prepare()


def named(*digests: str) -> InUse:
    async def in_use(asked: Sequence[str]) -> set[str]:
        return set(asked) & set(digests)

    return in_use


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def stored(store: BlobStore, data: bytes) -> str:
    digest = await store.put(data)
    store.unpin([digest])
    return digest


async def test_a_trashed_blob_is_readable_for_its_time_and_then_gone(
    store: LocalBlobStore, clock: MovedClock, tmp_path: Path
) -> None:
    digest = await stored(store, b"hello")
    clock.advance(hours=5)
    await store.trash([digest])
    assert await store.sweep(named(), older_than=HOUR) == 0
    assert await store.read(digest) == b"hello"
    clock.advance(hours=1)
    assert await store.sweep(named(), older_than=HOUR) == 1
    assert files_below(tmp_path) == []
    with pytest.raises(NotFound):
        await store.open(digest)


async def test_what_a_document_names_again_leaves_the_trash(
    store: LocalBlobStore, clock: MovedClock, tmp_path: Path
) -> None:
    digest = await stored(store, b"hello")
    await store.trash([digest])
    clock.advance(hours=2)
    assert await store.sweep(named(digest), older_than=HOUR) == 0
    assert files_below(tmp_path) == [digest]  # without a mark: the next sweep does not look at it again
    assert await store.sweep(named(), older_than=HOUR) == 0


async def test_the_same_bytes_arriving_again_in_another_process_are_not_swept(
    store: LocalBlobStore, elsewhere: LocalBlobStore, clock: MovedClock
) -> None:
    digest = await stored(store, b"hello")
    await store.trash([digest])
    clock.advance(hours=2)
    await stored(elsewhere, b"hello")  # its document is stored in a moment
    assert await store.sweep(named(), older_than=HOUR) == 0
    assert await elsewhere.read(digest) == b"hello"
    clock.advance(hours=1)
    assert await store.sweep(named(), older_than=HOUR) == 1  # it never was


async def test_an_upload_that_takes_hours_is_kept_by_the_sweeps_of_its_own_process(
    store: LocalBlobStore, elsewhere: LocalBlobStore, clock: MovedClock
) -> None:
    digest = await elsewhere.put(b"hello")  # pinned: the rest of the request is still on its way
    await store.trash([digest])
    for _ in range(6):
        clock.advance(seconds=1800)
        await elsewhere.sweep(named(), older_than=HOUR)
        await store.sweep(named(), older_than=HOUR)
    assert await store.read(digest) == b"hello"
    await elsewhere.renew([digest])


async def test_a_lost_upload_is_refused_before_its_document_is_stored(store: LocalBlobStore) -> None:
    with pytest.raises(Unavailable, match="Send it again") as caught:
        await store.renew(["0" * 64])
    assert caught.value.code == "upload_lost"


@pytest.mark.parametrize("moment", ["asked first", "asked again"])
async def test_a_document_or_an_arrival_in_the_midst_of_a_sweep_is_seen(
    store: LocalBlobStore, elsewhere: LocalBlobStore, clock: MovedClock, moment: str
) -> None:
    digest = await stored(store, b"hello")
    await store.trash([digest])
    clock.advance(hours=2)
    asked = 0

    async def in_use(digests: Sequence[str]) -> set[str]:
        nonlocal asked
        asked += 1
        if (asked, moment) == (1, "asked first"):
            await stored(elsewhere, b"hello")  # arrives right after the question
            return set()
        if (asked, moment) == (2, "asked again"):
            await elsewhere.renew([digest])  # in the trash already: it comes back
            return {digest}
        return set()

    assert await store.sweep(in_use, older_than=HOUR) == 0
    assert await store.read(digest) == b"hello"


async def test_a_deletion_during_a_sweep_keeps_its_mark(
    store: LocalBlobStore, elsewhere: LocalBlobStore, clock: MovedClock, tmp_path: Path
) -> None:
    digest = await stored(store, b"hello")
    await store.trash([digest])
    clock.advance(hours=2)

    async def in_use(digests: Sequence[str]) -> set[str]:
        await elsewhere.trash([digest])  # its document is deleted right after it was seen
        return {digest}

    await store.sweep(in_use, older_than=HOUR)
    clock.advance(hours=1)
    assert await store.sweep(named(), older_than=HOUR) == 1
    assert files_below(tmp_path) == []


async def test_what_a_crash_left_in_the_midst_of_a_sweep_is_settled_by_a_later_one(
    store: LocalBlobStore, elsewhere: LocalBlobStore, clock: MovedClock, tmp_path: Path
) -> None:
    kept, gone = await stored(store, b"kept"), await stored(store, b"gone")
    await store.trash([kept, gone])
    clock.advance(hours=2)
    asked = 0

    async def in_use(digests: Sequence[str]) -> set[str]:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise ConnectionError("the process dies here")
        return set()

    with pytest.raises(ConnectionError):
        await store.sweep(in_use, older_than=HOUR)
    assert await elsewhere.read(kept) == b"kept"  # out of its place, yet readable
    clock.advance(hours=1)
    assert await elsewhere.sweep(named(kept), older_than=HOUR) == 1
    assert files_below(tmp_path) == [kept]
    assert await elsewhere.read(kept) == b"kept"


async def test_an_abandoned_upload_goes_the_same_way(store: LocalBlobStore, clock: MovedClock, tmp_path: Path) -> None:
    digest = await store.put(b"half of a request")
    store.abandon([digest])
    await store.sweep(named(), older_than=HOUR)
    clock.advance(hours=1)
    assert await store.sweep(named(), older_than=HOUR) == 1
    assert files_below(tmp_path) == []


async def test_what_nothing_names_after_a_crash_is_marked_at_the_next_start(
    store: LocalBlobStore, clock: MovedClock, tmp_path: Path
) -> None:
    kept, gone = await stored(store, b"kept"), await stored(store, b"never acknowledged")
    again = LocalBlobStore(tmp_path / "blobs", clock=clock).prepare()
    assert await again.trash_unnamed(named(kept)) == 1
    clock.advance(hours=1)
    assert await again.sweep(named(kept), older_than=HOUR) == 1
    assert files_below(tmp_path) == [kept]
    assert gone != kept


async def test_a_folder_that_cannot_be_written_is_not_well(store: LocalBlobStore, tmp_path: Path) -> None:
    await store.ping()
    (tmp_path / "blobs").rename(tmp_path / "gone")
    with pytest.raises(Unavailable) as caught:
        await store.ping()
    assert caught.value.dependency == "files"


async def test_a_file_system_without_links_puts_back_as_well(
    store: LocalBlobStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await stored(store, b"hello")
    await store.trash([digest])
    clock.advance(hours=2)
    monkeypatch.setattr(os, "link", _refused)
    answers = iter([set[str](), {digest}])

    async def in_use(_: Sequence[str]) -> set[str]:
        return next(answers)

    await store.sweep(in_use, older_than=HOUR)
    assert await store.read(digest) == b"hello"


def _refused(*_: object) -> Callable[[], None]:
    raise PermissionError("links are not supported here")
