"""`Events` of a single process: the log of each topic in memory."""

import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

from backend.events.base import KEPT_EVENTS, Event, Reader, Reading, Topic, WireEvent, reset_at
from backend.events.readings import Readings

_KEPT_TOPICS = 10_000


class _Log:
    """The latest events of a topic. `before` is the position in front of the oldest one kept, `end` the last one's."""

    __slots__ = ("before", "end", "events", "readers")

    def __init__(self, start: int) -> None:
        self.before = self.end = start
        self.events: deque[WireEvent] = deque()
        self.readers: set[Reader] = set()

    def append(self, type_: str, data: str) -> int:
        self.end += 1
        self.events.append(WireEvent(self.end, type_, data))
        if len(self.events) > KEPT_EVENTS:
            self.before = self.events.popleft().id
        for reader in self.readers:
            reader.wake()
        return self.end

    def after(self, position: int) -> list[WireEvent]:
        """What came since a position; a reset when that is not known any more."""
        if not self.before <= position <= self.end:
            return [reset_at(self.end)]
        missing = self.end - position
        return [self.events[at] for at in range(len(self.events) - missing, len(self.events))]


class MemoryEvents:
    """For the embedded database, over which there is one process.

    A topic's positions start at the time in milliseconds: so they also grow over restarts and over a topic's being
    forgotten, and a reader from before is told to fetch anew.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._readings = Readings()
        self._logs: OrderedDict[str, _Log] = OrderedDict()

    async def publish[E: Event](self, topic: Topic[E], event: E) -> int:
        return self._log(topic.name).append(event.type, topic.kind.encode(event))

    async def follow(self, topic: Topic[Any], *, after: int | None = None) -> Reading:
        position = self._log(topic.name).end if after is None else after

        def read(reader: Reader) -> AsyncGenerator[WireEvent]:
            return self._read(topic.name, position, reader)

        return read

    async def _read(self, name: str, position: int, reader: Reader) -> AsyncGenerator[WireEvent]:
        log = self._log(name)
        log.readers.add(reader)
        try:
            with self._readings.entered(reader):
                while not reader.ended:
                    for event in log.after(position):
                        position = event.id
                        yield event
                        if reader.ended:
                            return
                    if position == log.end:
                        await reader.wait()
        finally:
            log.readers.discard(reader)

    def end_readings(self) -> None:
        self._readings.end()

    def _log(self, name: str) -> _Log:
        log = self._logs.get(name)
        if log is None:
            log = self._logs[name] = _Log(int(self._clock() * 1000))
            self._forget_idle()
        self._logs.move_to_end(name)
        return log

    def _forget_idle(self) -> None:
        """The topics that were longest unused go, if nobody reads them."""
        surplus = len(self._logs) - _KEPT_TOPICS
        if surplus > 0:
            newest = next(reversed(self._logs))
            idle = [name for name, log in self._logs.items() if not log.readers and name != newest]
            for name in idle[:surplus]:
                del self._logs[name]
