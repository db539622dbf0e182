"""What people do with connections: connect, look, pause, synchronise now, decide, disconnect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr, ValidationError

from backend.access import Caller, Holder
from backend.auth.directory import StoredDirectory
from backend.connectors.base import Manifest, Mode, Options, Setup
from backend.connectors.models import Connection, ConnectionStatus, Counts, Item, ItemStatus, Run
from backend.connectors.registry import Registry
from backend.connectors.sync.reading import Storing
from backend.errors import Conflict, FieldProblem, Forbidden, InvalidInput, NotFound
from backend.ids import new_id
from backend.jobs.queue import Job, JobQueue
from backend.jobs.queues import SYNC
from backend.oauth.grants import GrantRepository
from backend.oauth.tokens import TokenSet

SYNC_CONNECTION = Job("sync-connection", SYNC)
_MISSING = "This connection does not exist, or is not yours."


@dataclass(frozen=True, slots=True)
class Connecting:
    """What a new connection is made of."""

    type: str
    mode: Mode
    name: str | None
    token: SecretStr
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """A connection with the counts of its items by status, and of the run under way."""

    connection: Connection
    items: Mapping[str, int]
    run: Counts | None


class ConnectionService:
    """Personal connections are their owner's alone, those of the workspace every administrator's.

    Errors for what a caller may not see: `NotFound`.
    """

    def __init__(
        self,
        *,
        storing: Storing,
        grants: GrantRepository,
        directory: StoredDirectory,
        registry: Registry,
        jobs: JobQueue,
    ) -> None:
        self._storing = storing
        self._connections = storing.connections
        self._grants = grants
        self._directory = directory
        self.registry = registry
        self._jobs = jobs

    async def connect(self, caller: Caller, wanted: Connecting, *, is_admin: bool) -> Connection:
        """Makes a connection whose first synchronisation begins now.

        Errors: `InvalidInput` (unknown connector, mode or options), `Forbidden` (of the workspace, by a member), and
        `SourceError` when the source does not take the token.
        """
        manifest = self.registry.get(wanted.type)
        if wanted.mode not in manifest.modes:
            raise InvalidInput(f"{manifest.name} is connected as {' or '.join(manifest.modes)}.", code="unknown_mode")
        if wanted.mode == "workspace" and not is_admin:
            raise Forbidden("Only an administrator connects something for everybody.", code="admin_only")
        options = _options(manifest, wanted.options)
        account = await self._check(manifest, Setup(wanted.token, options))
        now = self._storing.clock()
        connection = Connection(
            id=new_id(),
            type=manifest.slug,
            mode=wanted.mode,
            name=wanted.name or f"{manifest.name}: {account}",
            owner_id=caller.user_id,
            options=options.model_dump(mode="json"),
            created_at=now,
            due_at=now,
        )
        await self._grants.save(connection.id, TokenSet(access_token=wanted.token.get_secret_value()))
        await self._connections.add(connection)
        await self._jobs.send(SYNC_CONNECTION, [connection.id])
        return connection

    async def setup(self, connection: Connection) -> Setup:
        """The token and the options that a connection's source is opened with. Errors: `SourceError`."""
        manifest = self.registry.get(connection.type)
        tokens = await self._grants.load(connection.id)
        return Setup(SecretStr(tokens.access_token), manifest.options.model_validate(connection.options))

    async def all_for(self, caller: Caller, *, is_admin: bool) -> list[Connection]:
        """One's own and, for an administrator, those of the workspace; newest first."""
        found = await self._connections.owned_by(caller.user_id)
        if is_admin:
            found = sorted([*found, *await self._connections.of_workspace()], key=lambda one: one.id, reverse=True)
        return [connection for connection in found if not connection.deleting]

    async def get(self, caller: Caller, connection_id: str, *, is_admin: bool) -> Connection:
        found = await self._connections.get(connection_id)
        if found is None or found.deleting:
            raise NotFound(_MISSING)
        mine = found.owner_id == caller.user_id if found.mode == "personal" else is_admin
        if not mine:
            raise NotFound(_MISSING)
        return found

    async def progress(self, connection: Connection) -> Progress:
        run = await self._storing.runs.get(connection.run_id) if connection.run_id else None
        return Progress(connection, await self._storing.ledger.counts(connection.id), run.counts if run else None)

    async def sync_now(self, connection: Connection) -> None:
        """Errors: `Conflict` while it is paused."""
        if connection.status is ConnectionStatus.paused:
            raise Conflict("This connection is paused. Resume it first.", code="connection_paused")
        await self._connections.request(connection.id, now=self._storing.clock())
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def pause(self, connection: Connection) -> None:
        await self._connections.change(connection.id, {"status": str(ConnectionStatus.paused), "status_reason": None})

    async def resume(self, connection: Connection) -> None:
        """Errors: `Conflict` when it is not paused."""
        if connection.status is not ConnectionStatus.paused:
            raise Conflict("This connection is not paused.", code="connection_not_paused")
        await self._connections.change(connection.id, {"status": str(ConnectionStatus.connecting)})
        await self._connections.request(connection.id, now=self._storing.clock())
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def decide(self, connection: Connection, *, delete: bool) -> None:
        """Ends a quarantine: what is missing at the source goes, or comes back. Errors: `Conflict` without one."""
        if connection.status is not ConnectionStatus.quarantined:
            raise Conflict("Nothing of this connection waits for a decision.", code="not_quarantined")
        holder, ledger, now = Holder.connection(connection.id), self._storing.ledger, self._storing.clock()
        while rows := await ledger.page(connection.id, status="hidden", after=None, limit=100):
            ids = [row.external_id for row in rows]
            if delete:
                await self._storing.library.delete_external(holder, ids)
                gone = {"status": "deleted", "document_id": None, "at": now}
                await ledger.put([row.model_copy(update=gone) for row in rows])
            else:
                await self._storing.library.unhide(holder, ids)
                back = {"status": "indexed", "absences": 0, "at": now}
                await ledger.put([row.model_copy(update=back) for row in rows])
        await self._connections.change(connection.id, {"status": str(ConnectionStatus.ready), "status_reason": None})

    async def disconnect(self, connection: Connection) -> None:
        """Its documents answer nothing when this returns; everything else of it is deleted soon after."""
        now = self._storing.clock()
        await self._connections.change(connection.id, {"deleting": True})
        await self._grants.delete(connection.id)
        await self._storing.library.purge(Holder.connection(connection.id))
        await self._directory.remove_connection(connection.id)
        await self._connections.request(connection.id, now=now)
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def runs(self, connection: Connection, *, before: str | None, limit: int) -> Sequence[Run]:
        return await self._storing.runs.page(connection.id, before=before, limit=limit)

    async def items(
        self, connection: Connection, *, status: ItemStatus | None, after: str | None, limit: int
    ) -> Sequence[Item]:
        return await self._storing.ledger.page(connection.id, status=status, after=after, limit=limit)

    async def due(self) -> list[str]:
        """What is to be worked on now; for the queue's recovery."""
        return await self._connections.due(self._storing.clock())

    async def send_again(self, connection_id: str, at: datetime) -> None:
        await self._jobs.send(SYNC_CONNECTION, [connection_id], at=at)

    async def _check(self, manifest: Manifest, setup: Setup) -> str:
        source = manifest.open(setup)
        try:
            return (await source.check()).name
        finally:
            await source.close()


def _options(manifest: Manifest, given: Mapping[str, Any]) -> Options:
    try:
        return manifest.options.model_validate(dict(given))
    except ValidationError as error:
        fields = [
            FieldProblem(".".join(map(str, ("options", *item["loc"]))), str(item["type"]), str(item["msg"]))
            for item in error.errors()
        ]
        raise InvalidInput(f"These options do not fit {manifest.name}.", fields=fields) from error
