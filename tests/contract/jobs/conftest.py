"""Both brokers, behind one factory."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from backend.jobs.broker import TaskiqQueue
from backend.jobs.lane import Clock
from backend.jobs.queue import Queue
from tests.support.jobs import QUEUES
from tests.support.redis_server import RedisServer, redis_server


class NewQueue:
    """Makes queues of one installation: over Redis they share their keys."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._prefix = f"test:{uuid.uuid4().hex}"

    def __call__(
        self, queues: Sequence[Queue] = QUEUES, *, places: int = 0, clock: Clock = lambda: datetime.now(UTC)
    ) -> TaskiqQueue:
        return TaskiqQueue(self._url, queues, places=places, prefix=self._prefix, clock=clock)


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def new_queue(request: pytest.FixtureRequest) -> NewQueue:
    return NewQueue(None if request.param == "memory" else request.getfixturevalue("redis").url)
