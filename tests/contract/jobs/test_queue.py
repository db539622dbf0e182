"""What every job queue does alike: in the process, and over a real Redis."""

import asyncio
from collections import Counter

import pytest
import structlog

from tests.contract.jobs.conftest import NewQueue
from tests.support.waiting import until


async def test_every_record_sent_is_handled_under_its_own_name(new_queue: NewQueue) -> None:
    queue = new_queue()
    seen: list[tuple[str, str]] = []
    for name in ("index", "mail"):

        async def handle(record_id: str, name: str = name) -> None:
            seen.append((name, record_id))

        queue.register(name, handle)
    await queue.start(consume=True)
    await queue.send("index", [f"{i}" for i in range(50)])
    await queue.send("mail", ["0"])
    await until(lambda: len(seen) >= 51)
    await queue.stop(timeout_seconds=5)
    assert Counter(seen) == Counter([("index", f"{i}") for i in range(50)] + [("mail", "0")])


async def test_no_more_jobs_run_at_once_than_allowed(new_queue: NewQueue) -> None:
    queue = new_queue()
    now, most, done = 0, 0, 0

    async def handle(record_id: str) -> None:
        nonlocal now, most, done
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        done += 1

    queue.register("index", handle)
    await queue.start(consume=True)
    await queue.send("index", [f"{i}" for i in range(20)])
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

    queue.register("index", handle)
    with structlog.testing.capture_logs() as logs:
        await queue.start(consume=True)
        await queue.send("index", ["bad", "good"])
        await until(lambda: seen == ["good"])
        await queue.stop(timeout_seconds=5)
    assert [entry["log_level"] for entry in logs if entry["event"] == "job_failed"] == ["error"]


async def test_each_job_has_a_log_context_of_its_own(new_queue: NewQueue) -> None:
    queue = new_queue()
    contexts: list[dict[str, object]] = []

    async def handle(record_id: str) -> None:
        structlog.contextvars.bind_contextvars(extra=record_id)
        contexts.append(structlog.contextvars.get_contextvars())

    queue.register("index", handle)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        await queue.start(consume=True)
        await queue.send("index", ["a", "b"])
    await until(lambda: len(contexts) == 2)
    await queue.stop(timeout_seconds=5)
    assert sorted(contexts, key=str) == [
        {"job": "index", "record_id": "a", "extra": "a"},
        {"job": "index", "record_id": "b", "extra": "b"},
    ]


async def test_stop_waits_for_running_jobs(new_queue: NewQueue) -> None:
    queue = new_queue()
    started, finished = asyncio.Event(), []

    async def handle(record_id: str) -> None:
        started.set()
        await asyncio.sleep(0.2)
        finished.append(record_id)

    queue.register("index", handle)
    await queue.start(consume=True)
    await queue.send("index", ["a"])
    await started.wait()
    await queue.stop(timeout_seconds=5)
    assert finished == ["a"]


async def test_stop_cancels_what_does_not_end_in_time(new_queue: NewQueue) -> None:
    queue = new_queue()
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def handle(record_id: str) -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    queue.register("index", handle)
    await queue.start(consume=True)
    await queue.send("index", ["a"])
    await started.wait()
    async with asyncio.timeout(5):
        await queue.stop(timeout_seconds=0.1)
    assert cancelled.is_set()


async def test_what_a_stop_left_behind_is_handled_after_the_next_start(new_queue: NewQueue) -> None:
    due = {f"{i}" for i in range(12)}
    handled: Counter[str] = Counter()

    async def find_due() -> list[str]:
        return sorted(due)

    async def run_until(enough: int) -> None:
        queue = new_queue()

        async def handle(record_id: str) -> None:
            await asyncio.sleep(0.02)
            if record_id in due:  # stands for the conditional update that claims a record
                due.discard(record_id)
                handled[record_id] += 1

        queue.register("index", handle)
        queue.recover("index", find_due, every_seconds=0.2)
        await queue.start(consume=True)
        await until(lambda: len(handled) >= enough)
        await queue.stop(timeout_seconds=5)

    await run_until(3)
    left = len(due)
    await run_until(12)
    assert left > 0
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

    queue.register("index", handle)
    queue.recover("index", find_due, every_seconds=0.05)
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
        queue.recover("index", find_due, every_seconds=1)
    queue.register("index", handle)
    with pytest.raises(ValueError, match="twice"):
        queue.register("index", handle)
    await queue.stop(timeout_seconds=1)
