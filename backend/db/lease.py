"""Leases: the right to work on a record, for a time, as long as nobody took it away.

Claim, extend, finish and postpone are one conditional update each. A lease is a token and an end, in two fields of the
record that it is about; whoever clears or replaces the token takes the lease away, and its holder can finish nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from backend.db.collection import Collection, CollectionSpec, DuplicateKey, Filter, Record, Update
from backend.errors import Unavailable
from backend.ids import new_id
from backend.supervised import supervised

#: Where leases lie that are nobody's record; see `NamedLeases`.
LEASES = CollectionSpec("leases")

type Clock = Callable[[], datetime]
type Changes = Mapping[str, Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease: whose record, by which token, and the record as it was when it was claimed."""

    record_id: str
    token: str
    record: Record


class Leases:
    """The leases on the records of one collection.

    Args:
        held_by: the field that holds the token.
        until: the field that holds the end of the lease, or the time from which the record is to be worked on.
        unset: what a record without an end is: "free" for anybody, or "idle", with nothing to do.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        held_by: str,
        until: str,
        unset: Literal["free", "idle"],
        clock: Clock = utc_now,
    ) -> None:
        self._collection = collection
        self._held_by = held_by
        self._until = until
        self._unset = unset
        self._clock = clock

    async def claim(
        self,
        record_id: str,
        length: timedelta,
        *,
        token: str | None = None,
        where: Filter | None = None,
        update: Update | None = None,
        now: datetime | None = None,
    ) -> Held | None:
        """Takes a record that is due and passes `where`; None otherwise. `update` is written in the same step."""
        now = now or self._clock()
        token = token or new_id()
        due: Filter = {self._until: {"$lte": now}}
        if self._unset == "free":
            due = {"$or": [{self._until: None}, due]}
        update = update or {}
        record = await self._collection.find_one_and_update(
            {"_id": record_id, **due, **(where or {})},
            {**update, "$set": {**update.get("$set", {}), self._held_by: token, self._until: now + length}},
        )
        return Held(record_id, token, record) if record else None

    async def extend(self, tokens: Mapping[str, str], *, until: datetime) -> int:
        """Moves the end of leases, tokens by record id; returns how many are still held."""
        result = await self._collection.update_many(
            {"_id": {"$in": list(tokens)}, self._held_by: {"$in": list(tokens.values())}},
            {"$set": {self._until: until}},
        )
        return result.matched

    @asynccontextmanager
    async def extended(self, held: Held, length: timedelta) -> AsyncIterator[None]:
        """Keeps a lease while the block runs. Whoever lost it all the same learns so from `finish`."""

        async def extend() -> None:
            while True:
                await asyncio.sleep(length.total_seconds() / 3)
                try:
                    await self.extend({held.record_id: held.token}, until=self._clock() + length)
                except Unavailable:  # tried again soon: as long as nobody took it, it is held
                    continue

        extending = supervised(f"lease-{held.record_id}", extend)
        try:
            yield
        finally:
            await extending.stop()

    async def finish(
        self, record_id: str, token: str, changes: Changes | None = None, *, drop: Sequence[str] = ()
    ) -> bool:
        """Writes the outcome and ends the lease; False if it was lost, and then nothing is written."""
        update: dict[str, Mapping[str, Any]] = {"$unset": dict.fromkeys((self._held_by, self._until, *drop), "")}
        if changes:
            update["$set"] = dict(changes)
        result = await self._collection.update_one({"_id": record_id, self._held_by: token}, update)
        return result.matched == 1

    async def postpone(self, record_id: str, token: str, *, at: datetime, update: Update | None = None) -> bool:
        """Gives a lease back: the record is due again `at` a time. False if the lease was lost."""
        update = update or {}
        result = await self._collection.update_one(
            {"_id": record_id, self._held_by: token},
            {**update, "$set": {**update.get("$set", {}), self._until: at}, "$unset": {self._held_by: ""}},
        )
        return result.matched == 1


class LeaseTaken(Exception):
    """Somebody else held a named lease for longer than was to be waited."""


class LeaseLost(Exception):
    """A named lease could not be extended in time, and somebody else took it: the work under it was cut."""


class NamedLeases:
    """Leases that are nobody's record: one of each name at a time, over all processes.

    Args:
        collection: holds a record for each lease that is held.
        clock: says when a lease has ended.
    """

    def __init__(self, collection: Collection, *, clock: Clock = utc_now) -> None:
        self._collection = collection
        self._clock = clock

    async def take(self, name: str, holder: str, length: timedelta) -> bool:
        """Takes a free or outlived lease, or one's own once more."""
        now = self._clock()
        try:
            await self._collection.update_one(
                {"_id": name, "$or": [{"holder": holder}, {"until": {"$lt": now}}]},
                {"$set": {"holder": holder, "until": now + length}},
                upsert=True,
            )
        except DuplicateKey:  # somebody else's, and alive: the upsert tried to add a second one
            return False
        return True

    async def renew(self, name: str, holder: str, length: timedelta) -> bool:
        """Prolongs one's own lease; False when it is lost.

        Never makes a record: one that is gone was taken by somebody else, who has given it back meanwhile.
        """
        result = await self._collection.update_one(
            {"_id": name, "holder": holder}, {"$set": {"until": self._clock() + length}}
        )
        return result.matched == 1

    async def release(self, name: str, holder: str) -> None:
        await self._collection.delete_one({"_id": name, "holder": holder})

    @asynccontextmanager
    async def held(self, name: str, length: timedelta, *, wait: timedelta, pause: timedelta) -> AsyncIterator[None]:
        """The lease, extended while the block runs, which is cancelled when it is lost.

        Waits for another holder up to `wait`, asking every `pause`. Errors: `LeaseTaken`, `LeaseLost`, `Unavailable`.
        """
        holder = new_id()
        await self._wait_for(name, holder, length, wait=wait, pause=pause)
        block = asyncio.current_task()
        lost = False

        async def keep() -> None:
            nonlocal lost
            while True:
                await asyncio.sleep(length.total_seconds() / 3)
                try:
                    still_mine = await self.renew(name, holder, length)
                except Unavailable:  # asked again soon: as long as nobody took it, it is held
                    continue
                if not still_mine:
                    lost = True
                    if block is not None:
                        block.cancel()
                    return

        renewing = supervised(f"lease-{name}", keep)
        try:
            yield
        except asyncio.CancelledError:
            if lost:
                if block is not None:
                    block.uncancel()
                raise LeaseLost(name) from None
            raise
        finally:
            await renewing.stop()
            await self.release(name, holder)

    async def _wait_for(self, name: str, holder: str, length: timedelta, *, wait: timedelta, pause: timedelta) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait.total_seconds()
        while not await self.take(name, holder, length):
            if loop.time() > deadline:
                raise LeaseTaken(name)
            await asyncio.sleep(pause.total_seconds())
