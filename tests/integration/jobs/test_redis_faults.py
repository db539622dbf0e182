"""Jobs over a real Redis when something dies: the worker, or Redis itself."""

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from backend.errors import Unavailable
from backend.jobs.broker import TaskiqQueue
from tests.support.jobs import INDEX, QUEUES
from tests.support.redis_server import RedisServer, redis_server
from tests.support.waiting import until

REPOSITORY = Path(__file__).parents[3]

# A worker that claims the record with one conditional step, says so, and then never ends.
WORKER = """
import asyncio, sys, time
from redis.asyncio import Redis
from backend.jobs.broker import TaskiqQueue
from tests.support.jobs import INDEX, QUEUES

async def main(url, prefix):
    records = Redis.from_url(url)
    queue = TaskiqQueue(url, QUEUES, prefix=prefix)
    async def handle(record_id):
        if await records.hsetnx(prefix + ":lease", record_id, time.time() + 1):
            print("claimed", record_id, flush=True)
            await asyncio.Event().wait()
    queue.register(INDEX, handle)
    await queue.start(consume=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


async def test_work_of_a_killed_worker_is_sent_again_and_done_once(server: RedisServer) -> None:
    prefix = f"test:{uuid.uuid4().hex}"
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, server.url, prefix,
        stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    records = Redis.from_url(server.url, decode_responses=True)
    done: list[str] = []

    rounds = 0

    async def find_due() -> list[str]:
        nonlocal rounds
        rounds += 1
        leases = await records.hgetall(f"{prefix}:lease")
        due = [str(name) for name, until in leases.items() if float(until) < time.time()]
        return [name for name in due if name not in done]

    async def handle(record_id: str) -> None:
        lease = await records.hget(f"{prefix}:lease", record_id)
        if record_id not in done and float(lease or 0) < time.time():
            done.append(record_id)

    survivor = TaskiqQueue(server.url, QUEUES, prefix=prefix)
    survivor.register(INDEX, handle)
    survivor.recover(INDEX, find_due, every_seconds=0.1)
    try:
        await survivor.send(INDEX, ["r1"])
        assert worker.stdout is not None
        assert await asyncio.wait_for(worker.stdout.readline(), 20) == b"claimed r1\n"
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        await survivor.start(consume=True)
        await until(lambda: bool(done))
        seen = rounds
        await until(lambda: rounds > seen + 2)  # recovery, which must find nothing due any more
        await survivor.stop(timeout_seconds=5)
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
        await records.aclose()
    assert done == ["r1"]


async def test_while_redis_is_away_sending_does_not_fail_and_nothing_is_lost(server: RedisServer) -> None:
    prefix = f"test:{uuid.uuid4().hex}"
    due = {"before", "during"}
    done: list[str] = []

    async def find_due() -> list[str]:
        return sorted(due)

    async def handle(record_id: str) -> None:
        if record_id in due:
            due.discard(record_id)
            done.append(record_id)

    queue = TaskiqQueue(server.url, QUEUES, prefix=prefix)
    queue.register(INDEX, handle)
    queue.recover(INDEX, find_due, every_seconds=0.2)
    server.stop()
    await queue.start(consume=True)
    await queue.send(INDEX, ["before", "during"])
    with pytest.raises(Unavailable):
        await queue.ping()
    assert done == []
    server.start()
    await until(lambda: not due)
    await queue.ping()
    await queue.stop(timeout_seconds=5)
    assert sorted(done) == ["before", "during"]


async def test_a_process_that_only_sends_leaves_the_work_to_workers(server: RedisServer) -> None:
    prefix = f"test:{uuid.uuid4().hex}"
    handled: list[tuple[str, str]] = []

    def queue_of(place: str) -> TaskiqQueue:
        queue = TaskiqQueue(server.url, QUEUES, prefix=prefix)

        async def handle(record_id: str) -> None:
            handled.append((place, record_id))

        queue.register(INDEX, handle)
        return queue

    web, worker = queue_of("web"), queue_of("worker")
    await web.start(consume=False)
    await web.send(INDEX, ["a", "b"])  # before any worker has ever connected
    await worker.start(consume=True)
    await until(lambda: len(handled) == 2)
    await web.stop(timeout_seconds=1)
    await worker.stop(timeout_seconds=5)
    assert sorted(handled) == [("worker", "a"), ("worker", "b")]
