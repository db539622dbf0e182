"""Leases over both databases: one conditional update each, decided by the record."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from backend.db.collection import Collection, CollectionSpec, Database
from backend.db.lease import LeaseLost, Leases, LeaseTaken, NamedLeases
from tests.support.waiting import until_true

WORK = CollectionSpec("leased_work")
LENGTH = timedelta(minutes=1)


class SetClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def work(database: Database) -> Collection:
    await database.prepare([WORK])
    return database.collection(WORK)


@pytest.fixture
def leases(work: Collection, clock: SetClock) -> Leases:
    return Leases(work, held_by="token", until="due_at", unset="idle", clock=clock)


async def test_of_many_claims_at_once_one_wins(work: Collection, leases: Leases, clock: SetClock) -> None:
    await work.insert_one({"_id": "a", "due_at": clock.now, "attempts": 0})
    claims = await asyncio.gather(*(leases.claim("a", LENGTH, update={"$inc": {"attempts": 1}}) for _ in range(6)))
    [held] = [claim for claim in claims if claim is not None]
    assert held.record["attempts"] == 1


async def test_a_lease_that_ran_out_is_anothers_and_its_holder_can_change_nothing(
    work: Collection, leases: Leases, clock: SetClock
) -> None:
    await work.insert_one({"_id": "a", "due_at": clock.now})
    first = await leases.claim("a", LENGTH)
    assert first is not None
    clock.now += LENGTH
    second = await leases.claim("a", LENGTH)
    assert second is not None
    assert not await leases.finish("a", first.token, {"outcome": "first"})
    assert not await leases.postpone("a", first.token, at=clock.now)
    assert await leases.extend({"a": first.token}, until=clock.now + 9 * LENGTH) == 0
    assert await leases.finish("a", second.token, {"outcome": "second"})
    assert await work.find_one({"_id": "a"}) == {"_id": "a", "outcome": "second"}


async def test_a_lease_that_is_extended_holds(work: Collection, leases: Leases, clock: SetClock) -> None:
    await work.insert_many([{"_id": "a", "due_at": clock.now}, {"_id": "b", "due_at": clock.now}])
    held = {"a": await leases.claim("a", LENGTH), "b": await leases.claim("b", LENGTH)}
    tokens = {id_: claim.token for id_, claim in held.items() if claim is not None}
    assert await leases.extend(tokens, until=clock.now + 3 * LENGTH) == 2
    clock.now += 2 * LENGTH
    assert await leases.claim("a", LENGTH) is None


async def test_a_lease_is_kept_while_its_block_runs(work: Collection) -> None:
    leases = Leases(work, held_by="token", until="due_at", unset="free")
    await work.insert_one({"_id": "a"})
    short = timedelta(seconds=2)
    held = await leases.claim("a", short)
    assert held is not None
    ends = {held.record["due_at"]}

    async def extended_twice() -> bool:
        ends.add((await work.find_one({"_id": "a"}) or {})["due_at"])
        return len(ends) == 3

    async with leases.extended(held, short):
        await until_true(extended_twice)
    assert await leases.finish("a", held.token)


async def test_what_is_postponed_is_due_again_at_its_time(work: Collection, leases: Leases, clock: SetClock) -> None:
    await work.insert_one({"_id": "a", "due_at": clock.now, "failures": 0})
    held = await leases.claim("a", LENGTH)
    assert held is not None
    assert await leases.postpone("a", held.token, at=clock.now + LENGTH, update={"$inc": {"failures": 1}})
    assert await leases.claim("a", LENGTH) is None
    clock.now += LENGTH
    again = await leases.claim("a", LENGTH)
    assert again is not None
    assert again.record["failures"] == 1


async def test_without_an_end_there_is_nothing_to_do_or_it_is_free(
    work: Collection, leases: Leases, clock: SetClock
) -> None:
    free = Leases(work, held_by="token", until="due_at", unset="free", clock=clock)
    await work.insert_one({"_id": "a"})
    assert await leases.claim("a", LENGTH) is None
    assert await free.claim("a", LENGTH, where={"owner": "ben"}) is None
    assert await free.claim("a", LENGTH) is not None
    assert await free.claim("a", LENGTH) is None


async def test_a_named_lease_is_held_by_one_and_passed_on_when_its_holder_died(
    work: Collection, clock: SetClock
) -> None:
    named = NamedLeases(work, clock=clock)
    taken = await asyncio.gather(*(named.take("lock", f"process {n}", LENGTH) for n in range(6)))
    assert sum(taken) == 1
    assert not await named.take("lock", "late", LENGTH)
    clock.now += LENGTH + timedelta(seconds=1)
    assert await named.take("lock", "late", LENGTH)
    await named.release("lock", "process 0")
    assert await work.count({}) == 1
    await named.release("lock", "late")
    assert await work.count({}) == 0


async def test_who_waits_too_long_for_a_named_lease_is_told(work: Collection) -> None:
    named = NamedLeases(work)
    moment = timedelta(milliseconds=20)
    async with named.held("lock", LENGTH, wait=moment, pause=moment):
        with pytest.raises(LeaseTaken):
            async with named.held("lock", LENGTH, wait=moment, pause=moment):
                pytest.fail("two held it")
    async with named.held("lock", LENGTH, wait=moment, pause=moment):
        pass


async def test_work_under_a_lost_lease_is_cut(work: Collection) -> None:
    named = NamedLeases(work)
    short = timedelta(milliseconds=60)

    async def work_on() -> None:
        async with named.held("lock", short, wait=short, pause=short):
            # Another process took it, since this one seemed to have died.
            taken = {"holder": "other", "until": datetime(2100, 1, 1, tzinfo=UTC)}
            await work.update_one({"_id": "lock"}, {"$set": taken})
            await asyncio.Event().wait()

    with pytest.raises(LeaseLost):
        await work_on()
    assert (await work.find_one({"_id": "lock"}) or {})["holder"] == "other"


async def test_a_lease_that_another_took_and_gave_back_is_lost(work: Collection) -> None:
    """What was done under it and what the other did meanwhile do not know of each other."""
    named = NamedLeases(work)
    short = timedelta(milliseconds=60)

    async def work_on() -> None:
        async with named.held("lock", short, wait=short, pause=short):
            await work.delete_one({"_id": "lock"})  # taken when it had run out, and released
            await asyncio.wait_for(asyncio.Event().wait(), 30)

    with pytest.raises(LeaseLost):
        await work_on()
    assert await work.count({}) == 0
    assert not await named.renew("lock", "process 0", LENGTH)


async def test_a_renewal_that_breaks_is_started_again_so_that_the_lease_is_kept(work: Collection) -> None:
    renewed = asyncio.Event()

    class Breaks(NamedLeases):
        """Its first renewal fails in a way that nobody foresaw."""

        calls = 0

        async def renew(self, name: str, holder: str, length: timedelta) -> bool:
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError("a bug")
            still_mine = await super().renew(name, holder, length)
            renewed.set()
            return still_mine

    short = timedelta(milliseconds=60)
    with capture_logs() as logs:
        async with Breaks(work).held("lock", short, wait=short, pause=short):
            await asyncio.wait_for(renewed.wait(), 30)
    assert [line["task"] for line in logs if line["event"] == "background_task_failed"] == ["lease-lock"]
    assert await work.count({}) == 0
