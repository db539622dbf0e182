"""Both brokers, behind one factory."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from backend.jobs.broker import TaskiqQueue
from tests.support.redis_server import RedisServer, redis_server

type NewQueue = Callable[[], TaskiqQueue]


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def new_queue(request: pytest.FixtureRequest) -> NewQueue:
    """Makes queues of one installation: over Redis they share a stream."""
    if request.param == "memory":
        return lambda: TaskiqQueue(None, 4)
    url = request.getfixturevalue("redis").url
    stream = f"test:{uuid.uuid4().hex}"
    return lambda: TaskiqQueue(url, 4, stream=stream)
