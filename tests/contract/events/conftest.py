"""Every way in which events travel, as two processes of one installation: `here` and `there`."""

import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.db.collection import Database
from backend.events.base import Events
from backend.events.memory import MemoryEvents
from backend.events.redis_wakeup import RedisWakeUp
from backend.events.stored import TOPICS, StoredEvents
from backend.events.wakeup import LocalWakeUp, WakeUp
from tests.support.database import sqlite_database
from tests.support.mongo_server import mongo_database, mongo_server
from tests.support.redis_server import RedisServer, redis_server


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def mongo_uri() -> Iterator[str]:
    with mongo_server() as uri:
        yield uri


@dataclass
class Clock:
    """The time that new topics start with; the present one, since old topics go by themselves."""

    seconds: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Installation:
    """`here` and `there` are the same where there is one process only. `restart` is what a new process would see."""

    here: Events
    there: Events
    restart: Callable[[], Events]
    clock: Clock = field(default_factory=Clock)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


@pytest.fixture(params=["memory", "sqlite-poll", "mongo-poll", "mongo-redis"])
async def installation(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Installation]:
    clock = Clock()
    if request.param == "memory":
        events = MemoryEvents(clock=clock)
        yield Installation(events, events, lambda: MemoryEvents(clock=clock), clock)
        return
    async with AsyncExitStack() as stack:
        database: Database
        if request.param == "sqlite-poll":
            database = await stack.enter_async_context(sqlite_database(tmp_path, TOPICS))
        else:
            uri = request.getfixturevalue("mongo_uri")
            database = await stack.enter_async_context(mongo_database(uri, TOPICS))

        def wakeup() -> WakeUp:
            if request.param == "mongo-redis":
                made: WakeUp = RedisWakeUp(request.getfixturevalue("redis").url)
            else:
                made = LocalWakeUp(poll_seconds=0.05)
            stack.push_async_callback(made.close)
            return made

        def process() -> Events:
            return StoredEvents(database, wakeup(), clock=clock)

        yield Installation(process(), process(), process, clock)
