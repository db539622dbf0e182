"""Jobs over a Redis stream: any number of processes send, any number of workers share the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from taskiq_redis import RedisStreamBroker

from backend.errors import Unavailable

GROUP = "biblios"

_BLOCK_MILLISECONDS = 1000
_SOCKET_SECONDS = 5  # longer than a read blocks
# A message that a worker took and did not start is given to another one after this. If the first one is alive after
# all, the message is doubled, which changes nothing.
_IDLE_MILLISECONDS = 60_000
_KEPT_MESSAGES = 100_000  # the oldest are dropped beyond; recovery announces their records again


def redis_broker(url: str, *, concurrency: int, stream: str) -> RedisStreamBroker:
    """A broker that connects when it is used. The group starts at the stream's beginning."""
    return RedisStreamBroker(
        url,
        queue_name=stream,
        consumer_group_name=GROUP,
        consumer_id="0",
        maxlen=_KEPT_MESSAGES,
        xread_block=_BLOCK_MILLISECONDS,
        xread_count=concurrency,
        idle_timeout=_IDLE_MILLISECONDS,
        unacknowledged_batch_size=concurrency,
        unacknowledged_lock_timeout=10,
        max_connection_pool_size=concurrency + 8,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=2,
    )


async def backlog(broker: RedisStreamBroker) -> int:
    """How many messages no worker has taken yet; 0 when there is no stream. Raises `Unavailable`."""
    with _classified():
        async with Redis(connection_pool=broker.connection_pool) as redis:
            try:
                groups: list[dict[str, Any]] = await redis.xinfo_groups(broker.queue_name)
            except ResponseError:  # no stream yet
                return 0
    # `lag` came with Redis 7 and is null after messages were trimmed unread.
    return next((int(group.get("lag") or 0) for group in groups if group["name"] == GROUP.encode()), 0)


async def ping(broker: RedisStreamBroker) -> None:
    """Raises `Unavailable` when Redis does not answer."""
    with _classified():
        async with Redis(connection_pool=broker.connection_pool) as redis:
            await redis.ping()


@contextmanager
def _classified() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(
            "Redis does not answer. Check that it runs and that BIBLIOS_REDIS_URL leads to it.", dependency="redis"
        ) from error
