"""Limits shared by several processes, in Redis."""

from redis.asyncio import Redis

_PREFIX = "biblios:limit:"


class RedisLimitStore:
    """Two counters per key; each expires by itself."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url)

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        name = f"{_PREFIX}{key}:{window}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, int(ttl_seconds) + 1)
            pipe.get(f"{_PREFIX}{key}:{window - 1}")
            now, _, before = await pipe.execute()
        return int(before or 0), int(now)

    async def clear(self, key: str) -> None:
        async for name in self._redis.scan_iter(match=f"{_PREFIX}{_escaped(key)}:*"):
            await self._redis.delete(name)

    async def close(self) -> None:
        await self._redis.aclose()


def _escaped(key: str) -> str:
    """A key as a literal in Redis' glob patterns."""
    return "".join(f"\\{character}" if character in "*?[]\\^-" else character for character in key)
