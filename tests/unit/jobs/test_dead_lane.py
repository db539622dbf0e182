"""The loops of the broker are looked after: one that dies is named by `/readyz` and started again."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs
from taskiq.receiver import Receiver

from backend.errors import Unavailable
from backend.jobs import lane
from backend.jobs.broker import TaskiqQueue
from tests.support.jobs import QUEUES, SEND


async def test_a_lane_that_dies_is_named_and_works_again(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = asyncio.Event()

    def receiver(*args: Any, **options: Any) -> Receiver:
        """The first one cannot be made: what a new version of the library might do."""
        if broken.is_set():
            return Receiver(*args, **options)
        broken.set()
        raise RuntimeError("a bug")

    monkeypatch.setattr(lane, "Receiver", receiver)
    queue = TaskiqQueue(None, QUEUES)
    done = asyncio.Event()

    async def handle(record_id: str) -> None:
        done.set()

    queue.register(SEND, handle)
    with capture_logs() as logs:
        await queue.start(consume=True)
        try:
            await broken.wait()
            with pytest.raises(Unavailable, match="jobs-urgent") as caught:
                await queue.ping()
            assert caught.value.code == "background_task_failing"
            await queue.send(SEND, ["a"])
            await asyncio.wait_for(done.wait(), 30)
        finally:
            await queue.stop(timeout_seconds=5)
    assert "background_task_failed" in {line["event"] for line in logs}
