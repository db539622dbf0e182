"""Chooses how events travel: within this process, or between several through the database."""

from backend.db.collection import Database
from backend.events.base import Events
from backend.events.memory import MemoryEvents
from backend.events.stored import TOPICS, StoredEvents
from backend.events.wakeup import LocalWakeUp, WakeUp
from backend.settings import Settings

#: Where other processes write and nothing wakes this one.
_SHARED_POLL_SECONDS = 0.5
#: Where there is no other process, nothing is ever missed.
_ALONE_POLL_SECONDS = 5.0


async def build_events(*, database: Database, settings: Settings) -> tuple[Events, WakeUp]:
    """Over the embedded database there is one process; over MongoDB there may be any number. Close the wake-up."""
    wakeup = _wakeup(settings)
    if not settings.uses_mongodb:
        return MemoryEvents(), wakeup
    await database.prepare([TOPICS])
    return StoredEvents(database, wakeup), wakeup


def _wakeup(settings: Settings) -> WakeUp:
    if not settings.uses_mongodb:
        return LocalWakeUp(poll_seconds=_ALONE_POLL_SECONDS)
    if not settings.redis.url:
        return LocalWakeUp(poll_seconds=_SHARED_POLL_SECONDS)
    from backend.events.redis_wakeup import RedisWakeUp  # the extra `redis` is only needed here

    return RedisWakeUp(settings.redis.url)
