"""The queue inside the process."""

import asyncio

from backend.jobs.broker import TaskiqQueue
from tests.support.waiting import until


async def test_a_record_that_waits_is_not_queued_twice_and_a_running_one_is_queued_again() -> None:
    queue = TaskiqQueue(None, 1)
    runs: list[str] = []
    gate = asyncio.Event()

    async def handle(record_id: str) -> None:
        runs.append(record_id)
        await gate.wait()

    queue.register("index", handle)
    await queue.send("index", ["a", "b", "b", "b"])
    await queue.start(consume=True)
    await until(lambda: bool(runs))
    await queue.send("index", ["a", "b"])  # a runs and may have changed; b still waits
    gate.set()
    await until(lambda: len(runs) == 3)
    await queue.stop(timeout_seconds=5)
    assert runs == ["a", "b", "a"]


async def test_a_process_that_does_not_consume_keeps_nothing() -> None:
    queue = TaskiqQueue(None, 1)
    runs: list[str] = []

    async def handle(record_id: str) -> None:
        runs.append(record_id)

    queue.register("index", handle)
    await queue.send("index", ["a"])
    await queue.start(consume=False)
    await queue.send("index", ["b"])
    await asyncio.sleep(0.05)
    await queue.stop(timeout_seconds=1)
    assert runs == []
