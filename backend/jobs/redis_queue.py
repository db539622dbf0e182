"""Jobs over Redis: any number of processes send, any number of workers share the work.

A queue is a sorted set of messages by the time from which they are due. A set holds a message once, so what waits
is not doubled, and its size and first entry are the queue's depth and age. A message that a worker took is gone:
when that worker dies, recovery announces the record again.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError
from taskiq import AsyncBroker, BrokerMessage

from backend.errors import Unavailable
from backend.jobs.lane import POLL_SECONDS, Clock, at_of
from backend.jobs.queue import Backlog

_BLOCK_SECONDS = 1
_SOCKET_SECONDS = 5  # longer than a read blocks
_POOL_WAIT_SECONDS = 5


def redis_pool(url: str, *, connections: int) -> BlockingConnectionPool:
    """Connections that are made when they are used."""
    return BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=_POOL_WAIT_SECONDS,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=2,
    )


class RedisBroker(AsyncBroker):
    """One sorted set. `timed`: its messages come due later, so it is looked at now and then instead of waited for."""

    def __init__(self, pool: BlockingConnectionPool, key: str, *, timed: bool, clock: Clock) -> None:
        super().__init__()
        self._redis: Redis = Redis(connection_pool=pool)
        self._key = key
        self._timed = timed
        self._clock = clock

    async def kick(self, message: BrokerMessage) -> None:
        due = (at_of(message) or self._clock()).timestamp()
        await self._redis.zadd(self._key, {message.message: due}, nx=True)

    async def listen(self) -> AsyncGenerator[bytes]:
        while True:
            message = await (self._take_due() if self._timed else self._take())
            if message is not None:
                yield message

    async def backlog(self) -> Backlog:
        """Raises `Unavailable`."""
        now = self._clock().timestamp()
        with classified():
            depth = int(await self._redis.zcount(self._key, "-inf", now))
            first = await self._first()
        return Backlog(depth, max(0.0, now - first[1]) if depth and first else 0.0)

    async def _first(self) -> tuple[bytes, float] | None:
        """The message that is due first, and when."""
        entries: list[Any] = await self._redis.zrange(self._key, 0, 0, withscores=True)
        return (entries[0][0], float(entries[0][1])) if entries else None

    async def _take(self) -> bytes | None:
        popped: Any = await self._redis.bzpopmin(self._key, timeout=_BLOCK_SECONDS)
        return bytes(popped[1]) if popped else None

    async def _take_due(self) -> bytes | None:
        now = self._clock().timestamp()
        first = await self._first()
        if first is None or first[1] > now:
            await asyncio.sleep(POLL_SECONDS if first is None else min(first[1] - now, POLL_SECONDS))
            return None
        # Of several workers that saw it, the one that removes it has it.
        return first[0] if await self._redis.zrem(self._key, first[0]) else None


async def ping(pool: BlockingConnectionPool) -> None:
    """Raises `Unavailable` when Redis does not answer."""
    with classified():
        await Redis(connection_pool=pool).ping()


@contextmanager
def classified() -> Iterator[None]:
    """What the client raises, as `Unavailable`."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(
            "The server's job queue does not answer. Try again shortly; if it stays, tell your operator.",
            hint="Check that Redis runs and that BIBLIOS_REDIS_URL leads to it.",
            dependency="redis",
        ) from error
