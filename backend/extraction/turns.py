"""Whose turn it is at few places: holders in turn, of each the small before the large, nobody on every place."""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """`places` that callers share; one holder has at most all but one of them. Belongs to one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._most = max(1, places - 1)
        self._at_work: Counter[str] = Counter()
        # Of each holder what waits, the smallest first. The order of the holders is the order of their turns.
        self._waiting: dict[str, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._numbers = itertools.count()
        self._left = asyncio.Event()
        self._left.set()

    @asynccontextmanager
    async def turn(self, holder: str | None, *, size: int) -> AsyncIterator[None]:
        """A place while the block runs. None: somebody looks at a page and waits; they come before all others."""
        name = holder or ""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left.clear()
        heapq.heappush(self._waiting.setdefault(name, []), (size, next(self._numbers), turn))
        self._give()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._at_work[name] -= 1
            self._give()
            if not self._waiting and not self._at_work.total():
                self._left.set()

    async def all_left(self) -> None:
        """Returns when nobody is at work and nobody waits."""
        await self._left.wait()

    def _give(self) -> None:
        while self._free and (name := self._next()) is not None:
            waiting = self._waiting.pop(name)
            _, _, turn = heapq.heappop(waiting)
            if waiting:
                self._waiting[name] = waiting  # at the end: the others have their turn first
            if not turn.done():  # else its caller has gone
                self._free -= 1
                self._at_work[name] += 1
                turn.set_result(None)

    def _next(self) -> str | None:
        if "" in self._waiting:
            return ""
        return next((name for name in self._waiting if self._at_work[name] < self._most), None)
