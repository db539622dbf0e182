"""Which due document is next, over both databases."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.db.collection import Database
from backend.documents.schema import DOCUMENTS, HOLDER
from backend.documents.work import Claim, WorkRepository
from backend.embedding.indexing.feed import FairFeed

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)


class Heads:
    """A work list to fill, and feeds over it whose clock is set."""

    def __init__(self, database: Database) -> None:
        self._heads = database.collection(DOCUMENTS)
        self._work = WorkRepository(database)
        self.now = NOW

    async def queue(self, holder: str, count: int, *, size: int = 100, age_seconds: float = 5) -> None:
        there = await self._heads.count({HOLDER: holder})
        records = [self._head(holder, there + n, size, age_seconds) for n in range(count)]
        await self._heads.insert_many(records)

    def feed(self, places: int) -> FairFeed:
        return FairFeed(self._work, places=places, lease=LEASE, clock=lambda: self.now)

    async def finish(self, claim: Claim) -> None:
        await self._work.unscoped_finish(claim, {"status": "indexed"})

    def _head(self, holder: str, n: int, size: int, age_seconds: float) -> dict[str, Any]:
        return {
            "_id": f"{holder}-{n:04}",
            "key": f"{holder}-{n}",
            HOLDER: holder,
            "external_id": str(n),
            "title": "T",
            "source": "upload",
            "content_hash": "h",
            "status": "queued",
            "work": "text",
            "version": 0,
            "size_bytes": size,
            "attempts": 0,
            "claims": 0,
            "access": [f"user:{holder}"],
            "created_at": NOW,
            "modified_at": NOW,
            "due_at": NOW - timedelta(seconds=age_seconds) + timedelta(milliseconds=n),
        }


async def take(feed: FairFeed, count: int) -> list[str]:
    """Claims so many, giving the place of each back at once."""
    taken = []
    for _ in range(count):
        claim = await feed.claim()
        assert claim is not None
        feed.release(claim.holder)
        taken.append(claim.document.id)
    return taken


async def test_holders_take_turns_however_much_of_one_waits(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ada", 60)
    await heads.queue("ben", 1)
    await heads.queue("cem", 2)
    taken = await take(heads.feed(8), 8)
    assert [id_[:3] for id_ in taken] == ["ada", "ben", "cem", "ada", "cem", "ada", "ada", "ada"]


async def test_who_comes_later_is_next(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ben", 60)
    feed = heads.feed(8)
    await take(feed, 3)
    await heads.queue("ada", 1)
    assert (await take(feed, 2))[0:1] == ["ada-0000"]


async def test_small_ones_of_a_holder_go_first_but_a_large_one_is_not_kept_waiting_for_ever(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ada", 1, size=9_000_000)
    await heads.queue("ada", 3, size=10)
    assert (await take(heads.feed(8), 4))[-1] == "ada-0000"
    await heads.queue("ben", 1, size=9_000_000, age_seconds=120)
    await heads.queue("ben", 3, size=10)
    assert (await take(heads.feed(8), 4))[0] == "ben-0000"


async def test_no_holder_has_every_place_and_there_is_one_for_whoever_comes(database: Database) -> None:
    heads = Heads(database)
    for holder in ("ada", "ben", "cem"):
        await heads.queue(holder, 40)
    feed = heads.feed(16)
    at_work: Counter[str] = Counter()
    while (claim := await feed.claim()) is not None:
        at_work[claim.holder] += 1
    assert at_work.total() < 16
    assert max(at_work.values()) <= 8
    await heads.queue("dora", 1)
    late = await feed.claim()
    assert late is not None
    assert late.holder == "dora"


async def test_one_holder_alone_has_half_of_the_places(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ada", 40)
    feed = heads.feed(16)
    claims = [claim for _ in range(16) if (claim := await feed.claim()) is not None]
    assert len(claims) == 8
    feed.release(claims[0].holder)
    assert await feed.claim() is not None


async def test_several_processes_share_one_list_and_each_document_is_had_once(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ada", 50)
    await heads.queue("ben", 10)
    feeds = [heads.feed(8), heads.feed(8)]
    taken: list[str] = []

    async def work(feed: FairFeed) -> None:
        while (claim := await feed.claim()) is not None:
            taken.append(claim.document.id)
            await heads.finish(claim)
            feed.release(claim.holder)

    await asyncio.gather(*(work(feed) for feed in feeds for _ in range(3)))
    assert len(taken) == len(set(taken)) == 60
    last_of_ben = max(place for place, id_ in enumerate(taken) if id_.startswith("ben"))
    assert last_of_ben < 40


async def test_what_is_leased_or_postponed_is_not_due_until_its_time(database: Database) -> None:
    heads = Heads(database)
    await heads.queue("ada", 1)
    await heads.queue("ben", 1, age_seconds=-30)
    feed = heads.feed(8)
    assert await take(feed, 1) == ["ada-0000"]
    assert await feed.claim() is None
    heads.now += timedelta(seconds=31)
    assert await take(feed, 1) == ["ben-0000"]
    heads.now += LEASE
    assert await take(feed, 1) == ["ada-0000"]


async def test_the_backlog_is_counted_and_dated_from_the_heads(database: Database) -> None:
    heads = Heads(database)
    work = WorkRepository(database)
    assert await work.unscoped_backlog(now=NOW) == (0, None)
    await heads.queue("ada", 3, age_seconds=40)
    await heads.queue("ben", 2, age_seconds=-40)
    assert await work.unscoped_backlog(now=NOW) == (3, NOW - timedelta(seconds=40))
