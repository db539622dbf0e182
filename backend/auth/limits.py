"""Sliding-window limits against guessing and flooding: in memory, or in Redis when several processes serve.

The window is the weighted pair of fixed windows (the previous one counts by its share that still overlaps): constant
memory per key, and at most a small error against a true log of times.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from backend.errors import RateLimited

_MAX_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any `seconds`."""

    count: int
    seconds: float


class LimitStore(Protocol):
    """Counts per key and window. Implementations: `MemoryLimitStore`, `redis_limits.RedisLimitStore`."""

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        """Adds one to `key` in `window` and returns (count in the window before, count in this one)."""
        ...

    async def clear(self, key: str) -> None: ...


class MemoryLimitStore:
    """For one process. Keeps the most recently used keys."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        then, before, now = self._counts.pop(key, (window, 0, 0))
        if window != then:
            before, now = (now if window == then + 1 else 0), 0
        self._counts[key] = (window, before, now + 1)
        if len(self._counts) > _MAX_KEYS:
            self._counts.popitem(last=False)
        return before, now + 1

    async def clear(self, key: str) -> None:
        self._counts.pop(key, None)


class RateLimiter:
    """Counts attempts and refuses what is too much with `RateLimited`, which says when to come back."""

    def __init__(self, store: LimitStore, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    async def hit(self, subject: str, key: str, limit: Limit) -> None:
        """Counts one attempt of `key` at `subject`. Errors: `RateLimited`."""
        now = self._clock()
        window = math.floor(now / limit.seconds)
        elapsed = now / limit.seconds - window
        before, current = await self._store.add(f"{subject}:{key}", window, ttl_seconds=2 * limit.seconds)
        used = before * (1 - elapsed) + current
        if used <= limit.count:
            return
        wait = (
            limit.seconds * (1 - elapsed)
            if current > limit.count
            else limit.seconds * (used - limit.count) / max(before, 1)
        )
        raise RateLimited(
            f"Too many attempts. Try again in {_span(wait)}.", retry_after_seconds=max(1.0, wait), code="rate_limited"
        )

    async def forgive(self, subject: str, key: str) -> None:
        """Forgets the attempts of a key, after a success."""
        await self._store.clear(f"{subject}:{key}")


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{math.ceil(seconds)} seconds"
    return f"{math.ceil(seconds / 60)} minutes"
