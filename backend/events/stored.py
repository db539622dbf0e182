"""`Events` of several processes: the log of each topic in the database, readers woken by a `WakeUp`."""

import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any

from backend.db.collection import Collection, CollectionSpec, Database, DuplicateKey, Index, Record
from backend.events.base import KEPT_EVENTS, Event, Reader, Reading, Topic, WireEvent, reset_at
from backend.events.readings import Readings
from backend.events.wakeup import WakeUp

TOPICS = CollectionSpec(
    "event_topics",
    (Index((("touched_at", 1),), ttl_seconds=24 * 3600),),  # topics that nobody publishes to go after a day
)


class StoredEvents:
    """One record for each topic: one update appends, so positions have no gaps and every reader sees one order.

    `position` is the last event's; the log's events are the ones up to it. A topic starts at the time in milliseconds,
    so its positions also grow when it went and came again.
    """

    def __init__(self, database: Database, wakeup: WakeUp, *, clock: Callable[[], float] = time.time) -> None:
        self._topics: Collection = database.collection(TOPICS)
        self._wakeup = wakeup
        self._clock = clock
        self._readings = Readings()

    async def publish[E: Event](self, topic: Topic[E], event: E) -> int:
        entry = {"type": event.type, "data": topic.kind.encode(event)}
        record = await self._append(topic.name, entry)
        position, log = int(record["position"]), record["log"]
        if len(log) > 2 * KEPT_EVENTS:
            # Whoever appended meanwhile will cut it instead.
            await self._topics.update_one(
                {"_id": topic.name, "position": position}, {"$set": {"log": log[-KEPT_EVENTS:]}}
            )
        await self._wakeup.notify(_wakeup_name(topic.name))
        return position

    async def follow(self, topic: Topic[Any], *, after: int | None = None) -> Reading:
        position = await self._end(topic.name) if after is None else after

        def read(reader: Reader) -> AsyncGenerator[WireEvent]:
            return self._read(topic.name, position, reader)

        return read

    async def _append(self, name: str, entry: Record) -> Record:
        while True:
            record = await self._topics.find_one_and_update(
                {"_id": name},
                {"$inc": {"position": 1}, "$push": {"log": entry}, "$set": {"touched_at": self._now()}},
            )
            if record is not None:
                return record
            await self._create(name)

    async def _end(self, name: str) -> int:
        """The present end; a topic that nobody published to gets its start here, so that no event before it is lost."""
        record = await self._topics.find_one({"_id": name}, fields=("position",))
        return int(record["position"]) if record else await self._create(name)

    async def _create(self, name: str) -> int:
        start = int(self._clock() * 1000)
        with contextlib.suppress(DuplicateKey):
            await self._topics.insert_one({"_id": name, "position": start, "log": [], "touched_at": self._now()})
            return start
        record = await self._topics.find_one({"_id": name}, fields=("position",))
        return int(record["position"]) if record else start

    async def _read(self, name: str, position: int, reader: Reader) -> AsyncGenerator[WireEvent]:
        with self._readings.entered(reader):
            async with self._wakeup.listen(_wakeup_name(name), reader):
                while not reader.ended:
                    for event in await self._after(name, position):
                        position = event.id
                        yield event
                        if reader.ended:
                            return
                    await reader.wait(self._wakeup.poll_seconds)

    def end_readings(self) -> None:
        self._readings.end()

    async def _after(self, name: str, position: int) -> list[WireEvent]:
        """What came since a position; a reset when that is not known any more."""
        record = await self._topics.find_one({"_id": name})
        if record is None:  # gone with its time: its next event will stand beyond any position from before
            return []
        end, log = int(record["position"]), record["log"]
        if not end - len(log) <= position <= end:
            return [reset_at(end)]
        missing = end - position
        first = end - missing + 1
        entries = log[len(log) - missing :]
        return [WireEvent(first + at, entry["type"], entry["data"]) for at, entry in enumerate(entries)]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _wakeup_name(topic: str) -> str:
    return f"topic:{topic}"
