"""What every job queue does alike: in the process, and over a real Redis."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from backend.jobs.queue import Backlog, Queue
from tests.contract.jobs.conftest import NewQueue
from tests.support.jobs import INDEX, MAIL, SEND
from tests.support.waiting import all_wait, until


class SetClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_every_record_sent_is_handled_under_its_own_name(new_queue: NewQueue) -> None:
    queue = new_queue()
    seen: list[tuple[str, str]] = []
    for job in (INDEX, MAIL):

        async def handle(record_id: str, name: str = job.name) -> None:
            seen.append((name, record_id))

        queue.register(job, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, [f"{i}" for i in range(50)])
    await queue.send(MAIL, ["0"])
    await until(lambda: len(seen) >= 51)
    await queue.stop(timeout_seconds=5)
    assert Counter(seen) == Counter([("index", f"{i}") for i in range(50)] + [("mail", "0")])


async def test_no_more_jobs_run_at_once_than_allowed(new_queue: NewQueue) -> None:
    queue = new_queue()
    now, most, done = 0, 0, 0
    leave = asyncio.Semaphore(0)

    async def handle(record_id: str) -> None:
        nonlocal now, most, done
        now += 1
        most = max(most, now)
        await leave.acquire()
        now -= 1
        done += 1

    queue.register(INDEX, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, [f"{i}" for i in range(20)])
    for gone in range(20):  # each place that becomes free is taken before the next one does
        await until(lambda gone=gone: now == min(4, 20 - gone))  # type: ignore[misc]
        leave.release()
    await until(lambda: done == 20)
    await queue.stop(timeout_seconds=5)
    assert most == 4


async def test_a_failing_job_is_logged_and_others_go_on(new_queue: NewQueue) -> None:
    queue = new_queue()
    seen: list[str] = []

    async def handle(record_id: str) -> None:
        if record_id == "bad":
            raise RuntimeError("broken")
        seen.append(record_id)

    queue.register(INDEX, handle)
    with structlog.testing.capture_logs() as logs:
        await queue.start(consume=True)
        await queue.send(INDEX, ["bad", "good"])
        await until(lambda: seen == ["good"])
        await queue.stop(timeout_seconds=5)
    assert [entry["log_level"] for entry in logs if entry["event"] == "job_failed"] == ["error"]


async def test_each_job_has_a_log_context_of_its_own(new_queue: NewQueue) -> None:
    queue = new_queue()
    contexts: list[dict[str, object]] = []

    async def handle(record_id: str) -> None:
        structlog.contextvars.bind_contextvars(extra=record_id)
        contexts.append(structlog.contextvars.get_contextvars())

    queue.register(INDEX, handle)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        await queue.start(consume=True)
        await queue.send(INDEX, ["a", "b"])
    await until(lambda: len(contexts) == 2)
    await queue.stop(timeout_seconds=5)
    assert sorted(contexts, key=str) == [
        {"job": "index", "record_id": "a", "extra": "a"},
        {"job": "index", "record_id": "b", "extra": "b"},
    ]


async def test_stop_waits_for_running_jobs(new_queue: NewQueue) -> None:
    queue = new_queue()
    started, go_on, finished = asyncio.Event(), asyncio.Event(), []

    async def handle(record_id: str) -> None:
        started.set()
        await go_on.wait()
        finished.append(record_id)

    queue.register(INDEX, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, ["a"])
    await started.wait()
    stopping = asyncio.create_task(queue.stop(timeout_seconds=60))
    await all_wait()
    assert not stopping.done()
    go_on.set()
    await stopping
    assert finished == ["a"]


async def test_stop_cancels_what_does_not_end_in_time(new_queue: NewQueue) -> None:
    queue = new_queue()
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def handle(record_id: str) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    queue.register(INDEX, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, ["a"])
    await started.wait()
    async with asyncio.timeout(30):
        await queue.stop(timeout_seconds=0.1)
    assert cancelled.is_set()


async def test_what_a_stop_left_behind_is_handled_after_the_next_start(new_queue: NewQueue) -> None:
    due = {f"{i}" for i in range(12)}
    handled: Counter[str] = Counter()

    async def find_due() -> list[str]:
        return sorted(due)

    async def run_until(enough: int) -> None:
        queue = new_queue()
        stopped = asyncio.Event()

        async def handle(record_id: str) -> None:
            if len(handled) >= enough:  # nothing more is done until the stop cancels it
                await stopped.wait()
            if record_id in due:  # stands for the conditional update that claims a record
                due.discard(record_id)
                handled[record_id] += 1

        queue.register(INDEX, handle)
        queue.recover(INDEX, find_due, every_seconds=0.2)
        await queue.start(consume=True)
        await until(lambda: len(handled) >= enough)
        await queue.stop(timeout_seconds=0.1)

    await run_until(3)
    assert len(due) == 9
    await run_until(12)
    assert handled == Counter({f"{i}": 1 for i in range(12)})


async def test_recovery_sends_lost_work_again_and_survives_a_fault(new_queue: NewQueue) -> None:
    queue = new_queue()
    due = ["lost"]
    rounds = 0

    async def find_due() -> list[str]:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("database away")
        return list(due)

    async def handle(record_id: str) -> None:
        due.remove(record_id)

    queue.register(INDEX, handle)
    queue.recover(INDEX, find_due, every_seconds=0.05)
    await queue.start(consume=True)
    await until(lambda: not due)
    await queue.stop(timeout_seconds=5)
    assert rounds >= 2


async def test_a_name_is_registered_once_and_before_its_recovery(new_queue: NewQueue) -> None:
    queue = new_queue()

    async def handle(record_id: str) -> None:
        raise AssertionError(record_id)

    async def find_due() -> list[str]:
        return []

    with pytest.raises(ValueError, match="not registered"):
        queue.recover(INDEX, find_due, every_seconds=1)
    queue.register(INDEX, handle)
    with pytest.raises(ValueError, match="twice"):
        queue.register(INDEX, handle)
    await queue.stop(timeout_seconds=1)


async def test_a_record_that_waits_is_not_queued_twice_and_a_running_one_is_queued_again(new_queue: NewQueue) -> None:
    queue = new_queue([Queue("bulk", 0, 1)])
    runs: list[str] = []
    gate = asyncio.Event()

    async def handle(record_id: str) -> None:
        runs.append(record_id)
        await gate.wait()

    queue.register(INDEX, handle)
    await queue.send(INDEX, ["a", "b", "b", "b"])
    await queue.start(consume=True)
    await until(lambda: bool(runs))
    await queue.send(INDEX, ["a", "b"])  # a runs and may have changed; b still waits
    gate.set()
    await until(lambda: len(runs) == 3)
    assert (await queue.backlog("bulk")).depth == 0
    await queue.stop(timeout_seconds=5)
    assert runs == ["a", "b", "a"]


async def test_each_queue_has_a_limit_of_its_own_and_none_waits_for_another(new_queue: NewQueue) -> None:
    queue = new_queue()
    running: Counter[str] = Counter()
    gate = asyncio.Event()
    for job in (INDEX, SEND):

        async def handle(record_id: str, name: str = job.name) -> None:
            running[name] += 1
            await gate.wait()

        queue.register(job, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, [f"{i}" for i in range(20)])
    await until(lambda: running["index"] == 4)
    await queue.send(SEND, [f"{i}" for i in range(20)])
    await until(lambda: running["send"] == 4)
    assert running == {"index": 4, "send": 4}
    gate.set()
    await until(lambda: running == {"index": 20, "send": 20})
    await queue.stop(timeout_seconds=5)


async def test_a_job_sent_for_later_is_not_done_before_its_time(new_queue: NewQueue) -> None:
    clock = SetClock()
    queue = new_queue(clock=clock)
    done: list[str] = []

    async def handle(record_id: str) -> None:
        done.append(record_id)

    queue.register(INDEX, handle)
    await queue.start(consume=True)
    await queue.send(INDEX, ["later"], at=clock.now + timedelta(hours=1))
    await queue.send(INDEX, ["soon"], at=clock.now + timedelta(minutes=1))
    await queue.send(INDEX, ["now"])
    await until(lambda: done == ["now"])
    clock.now += timedelta(minutes=2)
    await until(lambda: done == ["now", "soon"])
    clock.now += timedelta(hours=2)
    await until(lambda: done == ["now", "soon", "later"])
    await queue.stop(timeout_seconds=5)


async def test_no_backlog_delays_a_timer_or_recovery(new_queue: NewQueue) -> None:
    """The backlog does not move at all, and what has its time is done all the same."""
    clock = SetClock()
    queue = new_queue(clock=clock)
    timed, lost, rounds = asyncio.Event(), asyncio.Event(), 0
    gate = asyncio.Event()

    async def handle(record_id: str) -> None:
        if record_id == "timed":
            timed.set()
        else:
            await gate.wait()

    async def mail(record_id: str) -> None:
        lost.set()

    async def find_due() -> list[str]:
        return ["lost"]

    async def tick() -> None:
        nonlocal rounds
        rounds += 1

    queue.register(INDEX, handle)
    queue.register(SEND, mail)
    queue.recover(SEND, find_due, every_seconds=0.05)
    queue.every(0.05, "tick", tick)
    await queue.send(INDEX, [f"{i}" for i in range(500)])
    await queue.send(INDEX, ["timed"], at=clock.now + timedelta(seconds=1))
    await queue.start(consume=True)
    await asyncio.wait_for(lost.wait(), 60)
    assert not timed.is_set()
    clock.now += timedelta(seconds=1)
    await asyncio.wait_for(timed.wait(), 60)
    seen = rounds
    await until(lambda: rounds > seen)
    assert (await queue.backlog("bulk")).depth >= 490
    gate.set()
    await queue.stop(timeout_seconds=5)


async def test_depth_and_age_of_each_queue_are_told(new_queue: NewQueue) -> None:
    clock = SetClock()
    queue = new_queue(clock=clock)

    async def handle(record_id: str) -> None:
        raise AssertionError(record_id)

    async def of_records() -> Backlog:
        return Backlog(7, 3.5)

    queue.register(INDEX, handle)
    queue.register(SEND, handle)
    queue.measure("urgent", of_records)
    await queue.send(INDEX, ["a", "b"])
    await queue.send(INDEX, ["c"], at=clock.now + timedelta(seconds=20))
    assert await queue.backlog("bulk") == Backlog(2, 0.0)
    clock.now += timedelta(seconds=30)
    later = await queue.backlog("bulk")
    assert later.depth == 3
    assert later.age_seconds == pytest.approx(30, abs=0.01)
    assert await queue.backlog("urgent") == Backlog(7, 3.5)
    await queue.stop(timeout_seconds=1)
