"""Notices that the database is a copy of earlier: what it holds may have gone on since, and nothing leaves by itself.

While a server runs it notes every minute that it does, and when it has stopped. A database that says "running" of a
time long ago is a backup of a running installation, or a machine that was cut off: both ask. For a backup that was made
while the server was stopped, `biblios restored` says so.
"""

from datetime import timedelta

from backend.db.collection import CollectionSpec, Database
from backend.db.lease import Clock

ACTION_PRESENCE = CollectionSpec("action_presence")
NOTED_EVERY_SECONDS = 60.0
#: A server that runs has noted it since then.
_AWAY = timedelta(minutes=10)
_ONLY = "server"


class Presence:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._records = database.collection(ACTION_PRESENCE)
        self._clock = clock

    async def is_restored(self) -> bool:
        """Asked at start, before anything is carried out."""
        record = await self._records.find_one({"_id": _ONLY})
        if record is None:
            return False
        if record.get("restored_at") is not None:
            return True
        alive, stopped = record.get("alive_at"), record.get("stopped_at")
        if alive is None or self._clock() - alive <= _AWAY:
            return False
        return stopped is None or stopped < alive

    async def note_alive(self) -> None:
        await self._set(alive_at=self._clock())

    async def note_stopped(self) -> None:
        await self._set(stopped_at=self._clock())

    async def note_restored(self) -> None:
        """At the next start everything that was approved is asked about again."""
        await self._set(restored_at=self._clock())

    async def note_asked(self) -> None:
        await self._set(restored_at=None, alive_at=self._clock())

    async def _set(self, **values: object) -> None:
        await self._records.update_one({"_id": _ONLY}, {"$set": values}, upsert=True)
