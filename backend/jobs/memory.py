"""A Taskiq broker inside the process.

Taskiq's own in-memory broker starts every message at once, without a limit; this one queues, so that the receiver's
limit on concurrent jobs holds, and drops a message for a record that already waits.
"""

import asyncio
from collections.abc import AsyncGenerator

from taskiq import AsyncBroker, BrokerMessage


class MemoryBroker(AsyncBroker):
    """A queue of messages. A message's task id names its job and record."""

    def __init__(self) -> None:
        super().__init__()
        self._queue: asyncio.Queue[BrokerMessage] = asyncio.Queue()
        self._waiting: set[str] = set()

    async def kick(self, message: BrokerMessage) -> None:
        if message.task_id not in self._waiting:
            self._waiting.add(message.task_id)
            self._queue.put_nowait(message)

    async def listen(self) -> AsyncGenerator[bytes]:
        while True:
            message = await self._queue.get()
            # From here on the same record may be announced again: it may have changed since the job read it.
            self._waiting.discard(message.task_id)
            yield message.message

    def clear(self) -> None:
        """Forgets what waits; the records are the truth and will be announced again."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._waiting.clear()
