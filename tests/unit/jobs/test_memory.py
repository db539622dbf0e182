"""The queue inside the process."""

from backend.jobs.broker import TaskiqQueue
from backend.jobs.queue import Queue
from tests.support.jobs import INDEX

ONE_AT_A_TIME = (Queue("bulk", 0, 1),)


async def test_a_process_that_does_not_consume_keeps_nothing() -> None:
    queue = TaskiqQueue(None, ONE_AT_A_TIME)
    runs: list[str] = []

    async def handle(record_id: str) -> None:
        runs.append(record_id)

    queue.register(INDEX, handle)
    await queue.send(INDEX, ["a"])
    await queue.start(consume=False)
    await queue.send(INDEX, ["b"])
    assert (await queue.backlog("bulk")).depth == 0
    await queue.stop(timeout_seconds=1)
    assert runs == []
