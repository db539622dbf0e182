"""Limits of attempts that do not carry over from one test to the next."""

from backend.auth.limits import MemoryLimitStore


class ForgettingLimits:
    """A `LimitStore` in memory that forgets everything when it is told to."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._counts = MemoryLimitStore()

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        return await self._counts.add(key, window, ttl_seconds=ttl_seconds)

    async def clear(self, key: str) -> None:
        await self._counts.clear(key)


class NoLimits:
    """A `LimitStore` to which every attempt is the first one."""

    async def add(self, key: str, window: int, *, ttl_seconds: float) -> tuple[int, int]:
        return 0, 1

    async def clear(self, key: str) -> None:
        pass
