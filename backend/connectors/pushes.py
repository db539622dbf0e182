"""What providers send when something is new: checked, counted once, and answered with a synchronisation."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.connectors.credentials import Credentials
from backend.connectors.handshakes import Handshakes
from backend.connectors.manifest import Incoming, Manifest, Pushed, SigningKeys
from backend.connectors.registry import Registry
from backend.connectors.repository import ConnectionRepository
from backend.connectors.service import SYNC_CONNECTION
from backend.connectors.signatures import not_signed
from backend.connectors.watches import WatchRepository
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index
from backend.db.lease import Clock
from backend.errors import NotFound
from backend.jobs.queue import JobQueue

#: Pushes that were taken, so that one sent again is not. Signatures with a time are refused long before these go.
DELIVERIES = CollectionSpec("push_deliveries", (Index((("expires_at", 1),), ttl_seconds=0),))
_REMEMBERED = timedelta(days=3)
#: What is pushed within this is synchronised together: a lively workspace pushes many times a second.
_GATHERED = timedelta(seconds=1)


class PushService:
    """Polling stays the truth: a push that is lost costs an interval, and one that is made up a few calls."""

    def __init__(
        self,
        database: Database,
        *,
        connections: ConnectionRepository,
        watches: WatchRepository,
        handshakes: Handshakes,
        credentials: Credentials,
        registry: Registry,
        keys: SigningKeys,
        jobs: JobQueue,
        clock: Clock,
    ) -> None:
        self._deliveries = database.collection(DELIVERIES)
        self._connections = connections
        self._watches = watches
        self._handshakes = handshakes
        self._keys = keys
        self._credentials = credentials
        self._registry = registry
        self._jobs = jobs
        self._clock = clock

    async def receive(self, type_: str, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
        """What the provider is answered.

        Errors: `NotFound` where nothing is pushed, and those of the connector for a signature that does not fit.
        """
        manifest = next((one for one in self._registry if one.slug == type_), None)
        if manifest is None or manifest.push is None:
            raise NotFound("Nothing is taken here.")
        settings, address = self._credentials.settings(manifest), self._credentials.push_address(manifest)
        pushed = await manifest.push(Incoming(body, headers, settings, address, self._keys))
        if pushed.offered is not None:
            await self._handshakes.take(type_, pushed.offered)
            return {}
        now = self._clock()
        watched = await self._watched(manifest, pushed)
        if (pushed.accounts or pushed.beginnings or watched) and await self._is_new(type_, pushed, now):
            for connection_id in await self._connections.pushed(
                type_, accounts=pushed.accounts, beginnings=pushed.beginnings, ids=watched
            ):
                await self._connections.hurry(connection_id, at=now + _GATHERED)
                await self._jobs.send(SYNC_CONNECTION, [connection_id], at=now + _GATHERED)
        return pushed.reply or {}

    async def _watched(self, manifest: Manifest, pushed: Pushed) -> set[str]:
        """The connections that asked for this push. Errors: `Unauthenticated` for a token that none of them has."""
        if pushed.watch is None:
            return set()
        token, found = pushed.token, await self._watches.named(manifest.slug, pushed.watch)
        proven = [one for one in found if token is None or one.proves(token)]
        if token is not None and not proven:
            raise not_signed(manifest.name)
        return {one.connection_id for one in proven}

    async def _is_new(self, type_: str, pushed: Pushed, now: datetime) -> bool:
        if pushed.delivery is None:
            return True
        try:
            record = {"_id": f"{type_}:{pushed.delivery}", "expires_at": now + _REMEMBERED}
            await self._deliveries.insert_one(record)
        except DuplicateKey:
            return False
        return True
