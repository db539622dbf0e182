"""Tells whoever watches a connection what becomes of it."""

from backend.connectors.events import CONNECTION, ConnectionChanged, ConnectionDeleted, ConnectionView
from backend.connectors.models import Connection
from backend.connectors.registry import Registry
from backend.connectors.repository import ConnectionRepository, RunRepository
from backend.connectors.sync.ledger import Ledger
from backend.db.lease import Clock
from backend.events.base import Events, Reading

#: So often at the most a synchronisation tells how far it is.
_PROGRESS_SECONDS = 1.0


class Announcer:
    """Call it after a change is stored."""

    def __init__(
        self,
        events: Events,
        *,
        connections: ConnectionRepository,
        runs: RunRepository,
        ledger: Ledger,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._events = events
        self._connections = connections
        self._runs = runs
        self._ledger = ledger
        self._registry = registry
        self._clock = clock
        self._told: dict[str, float] = {}

    async def view(self, connection: Connection) -> ConnectionView:
        run = await self._runs.get(connection.run_id) if connection.run_id else None
        counts = await self._ledger.counts(connection.id)
        return ConnectionView.of(connection, counts, run, self._registry.find(connection.type), now=self._clock())

    async def changed(self, connection_id: str) -> None:
        """As it stands now; nothing for one that is gone."""
        connection = await self._connections.get(connection_id)
        if connection is None or connection.deleting:
            return
        self._told[connection_id] = self._clock().timestamp()
        view = await self.view(connection)
        await self._events.publish(CONNECTION.of(connection_id), ConnectionChanged(connection=view))

    async def progressed(self, connection_id: str) -> None:
        """As `changed`, unless that was told just now."""
        if self._clock().timestamp() - self._told.get(connection_id, 0.0) >= _PROGRESS_SECONDS:
            await self.changed(connection_id)

    async def deleted(self, connection_id: str) -> None:
        self._told.pop(connection_id, None)
        await self._events.publish(CONNECTION.of(connection_id), ConnectionDeleted(connection_id=connection_id))

    async def follow(self, connection_id: str, *, after: int | None) -> Reading:
        """What becomes of a connection from a position, or from now on."""
        return await self._events.follow(CONNECTION.of(connection_id), after=after)
