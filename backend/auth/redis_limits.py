"""Limits shared by several processes, in Redis."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.errors import Unavailable

_SECONDS = 2
_PREFIX = "biblios:limit:"


class RedisLimitStore:
    """Two counters per key; each expires by itself. Errors: `Unavailable` when Redis does not answer."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        name = f"{_PREFIX}{key}:{window}"
        with _classified():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(name)
                pipe.expire(name, int(ttl_seconds) + 1)
                pipe.get(f"{_PREFIX}{key}:{window - 1}")
                now, _, before = await pipe.execute()
        return int(before or 0), int(now)

    async def clear(self, key: str) -> None:
        with _classified():
            async for name in self._redis.scan_iter(match=f"{_PREFIX}{_escaped(key)}:*"):
                await self._redis.delete(name)

    async def close(self) -> None:
        await self._redis.aclose()


@contextmanager
def _classified() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(
            "Attempts cannot be counted at the moment. Try again shortly; if it stays, tell your operator.",
            hint="Redis does not answer. Check that it runs and that BIBLIOS_REDIS_URL leads to it.",
            dependency="redis",
        ) from error


def _escaped(key: str) -> str:
    """A key as a literal in Redis' glob patterns."""
    return "".join(f"\\{character}" if character in "*?[]\\^-" else character for character in key)
