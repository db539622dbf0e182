"""Taskiq brokers inside the process.

Taskiq's own in-memory broker starts every message at once, without a limit; this one queues, so that the receiver's
limit on concurrent jobs holds, and drops a message for a record that already waits.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator
from datetime import datetime

from taskiq import AsyncBroker, BrokerMessage

from backend.jobs.lane import AT, POLL_SECONDS, Clock, at_of
from backend.jobs.queue import Backlog


class MemoryBroker(AsyncBroker):
    """Messages in the order of the time from which they are due. A message's task id names its job and record."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._numbers = itertools.count()
        self._heap: list[tuple[datetime, int, BrokerMessage]] = []
        self._waiting: set[tuple[str, str | None]] = set()
        self._came = asyncio.Event()

    async def kick(self, message: BrokerMessage) -> None:
        key = _key(message)
        if key not in self._waiting:
            self._waiting.add(key)
            heapq.heappush(self._heap, (at_of(message) or self._clock(), next(self._numbers), message))
            self._came.set()

    async def listen(self) -> AsyncGenerator[bytes]:
        while True:
            await self._next_due()
            _, _, message = heapq.heappop(self._heap)
            # From here on the same record may be announced again: it may have changed since the job read it.
            self._waiting.discard(_key(message))
            yield message.message

    async def backlog(self) -> Backlog:
        now = self._clock()
        due = sum(at <= now for at, _, _ in self._heap)
        return Backlog(due, (now - self._heap[0][0]).total_seconds() if due else 0.0)

    def clear(self) -> None:
        """Forgets what waits; the records are the truth and will be announced again."""
        self._heap.clear()
        self._waiting.clear()

    async def _next_due(self) -> None:
        while True:
            self._came.clear()
            seconds = (self._heap[0][0] - self._clock()).total_seconds() if self._heap else None
            if seconds is not None and seconds <= 0:
                return
            try:
                # Not the whole time: the clock may be set meanwhile.
                async with asyncio.timeout(None if seconds is None else min(seconds, POLL_SECONDS)):
                    await self._came.wait()
            except TimeoutError:
                continue


def _key(message: BrokerMessage) -> tuple[str, str | None]:
    return message.task_id, message.labels.get(AT)
