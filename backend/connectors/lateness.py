"""Which connections were not read when they were to be, as far as that matters to one person."""

from collections.abc import Collection
from datetime import timedelta

from backend.access import Caller
from backend.connectors.models import Connection
from backend.connectors.repository import ConnectionRepository
from backend.db.lease import Clock, utc_now

#: Reading takes time itself, so one is late when the next reading but one is due.
_INTERVALS = 2


class Lateness:
    """`interval_seconds`: from the end of a synchronisation to the start of the next."""

    def __init__(self, connections: ConnectionRepository, *, interval_seconds: float, clock: Clock = utc_now) -> None:
        self._connections = connections
        self._late_after = timedelta(seconds=_INTERVALS * interval_seconds)
        self._clock = clock

    async def late(self, caller: Caller, connection_ids: Collection[str]) -> list[Connection]:
        """Of the caller's own connections and of these, which they see documents of: those that are late, whatever
        keeps them from being read, the longest first. What nobody has allowed or started yet is none of them.
        """
        before = self._clock() - self._late_after
        found = [
            connection
            for connection in await self._connections.read_for(caller.user_id, connection_ids)
            if not connection.awaits_consent
            and not connection.awaits_start
            and (connection.last_sync_at is None or connection.last_sync_at < before)
        ]
        return sorted(found, key=lambda one: (one.last_sync_at or one.created_at, one.id))
