"""What people do with connections: connect, look, pause, synchronise now, decide, disconnect."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr, ValidationError

from backend.access import Caller, Holder
from backend.connectors.base import Choice, Options
from backend.connectors.credentials import Credentials
from backend.connectors.events import ConnectionView
from backend.connectors.explaining import as_of
from backend.connectors.manifest import CredentialKind, Manifest, Mode, Purpose, Setup
from backend.connectors.models import (
    NOT_ALLOWED_YET,
    NOT_STARTED,
    OWNER_INACTIVE,
    ConnectedAccount,
    Connection,
    ConnectionStatus,
    Finding,
    Run,
)
from backend.connectors.registry import Registry
from backend.connectors.sync.reading import Storing
from backend.connectors.sync.watching import Watching
from backend.errors import Conflict, FieldProblem, Forbidden, InvalidInput, NotFound
from backend.events.base import Reading
from backend.ids import new_id
from backend.jobs.queue import Job, JobQueue
from backend.jobs.queues import SYNC
from backend.oauth.tokens import TokenSet

log = structlog.get_logger(__name__)

SYNC_CONNECTION = Job("sync-connection", SYNC)
#: What nobody has allowed for so long is removed.
ABANDONED_AFTER = timedelta(days=1)
_MISSING = "This connection does not exist, or is not yours."


@dataclass(frozen=True, slots=True)
class Connecting:
    """What a new connection is made of. `kind` says what `secret` is; with "oauth" there is none yet.

    `held`: nothing is read before a person starts it, so that options can be picked from what the account sees.
    What is connected for actions is never read.
    """

    type: str
    mode: Mode
    name: str | None
    kind: CredentialKind
    secret: SecretStr | None
    options: Mapping[str, Any]
    held: bool = False
    purpose: Purpose = "sync"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be connected here. `credentials`: those that this installation can take."""

    manifest: Manifest
    credentials: tuple[CredentialKind, ...]


class ConnectionService:
    """Personal connections are their owner's alone, those of the workspace every administrator's.

    Errors for what a caller may not see: `NotFound`.
    """

    def __init__(
        self,
        *,
        storing: Storing,
        credentials: Credentials,
        watching: Watching,
        registry: Registry,
        jobs: JobQueue,
    ) -> None:
        self._storing = storing
        self._connections = storing.connections
        self._credentials = credentials
        self._watching = watching
        self.registry = registry
        self._jobs = jobs
        self._tell_disconnected: list[Callable[[str], Awaitable[None]]] = []

    def on_disconnected(self, tell: Callable[[str], Awaitable[None]]) -> None:
        """Has somebody told, by its id, of each that is disconnected; before the first request."""
        self._tell_disconnected.append(tell)

    async def connect(self, caller: Caller, wanted: Connecting, *, is_admin: bool) -> Connection:
        """Makes a connection. Its first synchronisation begins now, or once it was allowed at the provider's page; one
        that is `held` waits for `sync_now`.

        Errors: `InvalidInput` (unknown connector, mode, options or kind of credentials), `Forbidden` (of the workspace,
        by a member), and `SourceError` when the source does not take the credentials.
        """
        manifest = self.registry.offered(wanted.type, wanted.purpose)
        if wanted.mode not in manifest.modes:
            raise InvalidInput(f"{manifest.name} is connected as {' or '.join(manifest.modes)}.", code="unknown_mode")
        if wanted.mode == "workspace" and not is_admin:
            raise Forbidden("Only an administrator connects something for everybody.", code="admin_only")
        if wanted.kind not in (kinds := self._credentials.kinds(manifest)):
            ways = " or ".join(kinds) or "nothing: it is not set up here"
            raise InvalidInput(f"{manifest.name} is connected with {ways}.", code="unknown_credentials")
        options = _options(manifest, wanted.options)
        account = None
        if wanted.secret is not None:
            trial = self._credentials.trial(manifest, wanted.kind, wanted.secret, options, mode=wanted.mode)
            account = await account_of(manifest, trial)
        now = self._storing.clock()
        is_read = manifest.purpose == "sync"
        starts = is_read and account is not None and not wanted.held
        connection = Connection(
            id=new_id(),
            type=manifest.slug,
            purpose=manifest.purpose,
            mode=wanted.mode,
            name=wanted.name or (f"{manifest.name}: {account.name}" if account else manifest.name),
            owner_id=caller.user_id,
            credential=wanted.kind,
            options=options.model_dump(mode="json"),
            account=account,
            held=wanted.held and is_read,
            status=ConnectionStatus.connecting if is_read or account is None else ConnectionStatus.ready,
            status_reason=NOT_ALLOWED_YET if account is None else NOT_STARTED if is_read and wanted.held else None,
            created_at=now,
            due_at=now if starts else None,
        )
        await self._storing.memberships.set_owner(connection.id, caller.user_id)
        if wanted.secret is not None:
            await self._credentials.keep(connection.id, TokenSet(access_token=wanted.secret.get_secret_value()))
        await self._connections.add(connection)
        if starts:
            await self._jobs.send(SYNC_CONNECTION, [connection.id])
        return connection

    def catalogue(self, purpose: Purpose) -> list[Offer]:
        """What can be connected, with the credentials that are taken here."""
        return [Offer(one, self._credentials.kinds(one)) for one in self.registry if one.purpose == purpose]

    async def renew(self, connection: Connection, kind: CredentialKind, secret: SecretStr) -> None:
        """Other credentials of the same account. Errors: `Conflict` (another_account), `SourceError`."""
        manifest = self.registry.get(connection.type)
        options = manifest.options.model_validate(connection.options)
        trial = self._credentials.trial(manifest, kind, secret, options, mode=connection.mode)
        found = await account_of(manifest, trial)
        require_same(connection, found)
        await self._credentials.keep(connection.id, TokenSet(access_token=secret.get_secret_value()))
        await self.begin(connection, found, kind)

    async def begin(self, connection: Connection, account: ConnectedAccount, kind: CredentialKind) -> None:
        """Goes on with credentials that were just taken; what they can do is looked at again.

        A pause is not ended by it, but for one that began when the owner's account was deactivated.
        """
        changes: dict[str, Any] = {
            "credential": kind,
            "account": account.model_dump(),  # never without one: the next consent has to be of the same
            "access_as_of": None,
            "name": connection.name,
        }
        manifest = self.registry.get(connection.type)
        if connection.name == manifest.name:
            changes["name"] = f"{manifest.name}: {account.name}"
        if connection.status is not ConnectionStatus.paused or connection.status_reason == OWNER_INACTIVE:
            reason = NOT_STARTED.model_dump() if connection.held else None
            changes |= {"status": str(_begun(connection)), "status_reason": reason}
        await self._change(connection, changes)
        if connection.held or connection.purpose == "actions":
            return
        await self._connections.request(connection.id, now=self._storing.clock())
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def change(
        self, connection: Connection, *, name: str | None, options: Mapping[str, Any] | None
    ) -> Connection:
        """Another name or other options; what does not fit them any more goes. Errors: `InvalidInput`."""
        changes: dict[str, Any] = {}
        is_read = connection.purpose == "sync"
        if name is not None:
            changes["name"] = name
        if options is not None:
            chosen = _options(self.registry.get(connection.type), options).model_dump(mode="json")
            if chosen != connection.options:
                changes |= {"options": chosen} | ({"relist": "anew"} if is_read else {})
        if changes:
            await self._change(connection, changes)
        if "relist" in changes and connection.status is not ConnectionStatus.paused and not _is_before(connection):
            await self.sync_now(connection)
        return connection.model_copy(update=changes)

    async def hand_over(self, connection: Connection, user_id: str) -> None:
        """Another administrator answers for a connection of the workspace. Errors: `Conflict` for a personal one."""
        if connection.mode == "personal":
            raise Conflict("A personal connection is its owner's alone.", code="connection_personal")
        await self._storing.memberships.set_owner(connection.id, user_id)
        await self._change(connection, {"owner_id": user_id})

    async def choices(self, connection: Connection, option: str) -> tuple[Choice, ...]:
        """What can be chosen in an option, as far as the connection sees it. Errors: `NotFound`, `SourceError`."""
        manifest = self.registry.get(connection.type)
        if option not in manifest.options.model_fields:
            raise NotFound(f"{manifest.name} has no option of this name.")
        source = manifest.open(self._credentials.setup(connection, manifest))
        try:
            return await source.choices(option)
        finally:
            await source.close()

    async def all_for(self, caller: Caller, *, is_admin: bool, purpose: Purpose | None = None) -> list[Connection]:
        """One's own and, for an administrator, those of the workspace; newest first. `purpose` None: of both."""
        found = await self._connections.owned_by(caller.user_id)
        if is_admin:
            found = sorted([*found, *await self._connections.of_workspace()], key=lambda one: one.id, reverse=True)
        return [one for one in found if not one.deleting and purpose in (None, one.purpose)]

    async def to_act_with(self, user_id: str) -> list[Connection]:
        """What was connected for actions and works now: a person's own and the workspace's, newest first."""
        found = [*await self._connections.owned_by(user_id), *await self._connections.of_workspace()]
        usable = [
            one
            for one in found
            if one.purpose == "actions" and one.status is ConnectionStatus.ready and not one.deleting
        ]
        return sorted(usable, key=lambda one: one.id, reverse=True)

    async def addresses_of(self, user_id: str) -> list[str]:
        """The mail addresses of all accounts that a person has connected as their own, to read or to act."""
        found = await self._connections.owned_by(user_id)
        own = [one.account for one in found if one.mode == "personal" and one.account and not one.deleting]
        return sorted({one.address for one in own if one.address})

    async def unscoped_source(self, connection_id: str) -> Connection | None:
        """What a document was read with, for whoever may see the document; None: it is not connected any more."""
        found = await self._connections.get(connection_id)
        return None if found is None or found.deleting else found

    def opened(self, connection: Connection) -> Setup:
        """With what an account is opened. Errors: `InvalidInput` for one whose connector is not here any more."""
        return self._credentials.setup(connection, self.registry.get(connection.type))

    async def get(self, caller: Caller, connection_id: str, *, is_admin: bool) -> Connection:
        found = await self._connections.get(connection_id)
        if found is None or found.deleting:
            raise NotFound(_MISSING)
        mine = found.owner_id == caller.user_id if found.mode == "personal" else is_admin
        if not mine:
            raise NotFound(_MISSING)
        return found

    async def rights_as_of(self, connection_id: str, external_id: str) -> datetime | None:
        """When the rights of an item were last known to be what they are here, for whoever sees the item."""
        connection = await self._connections.get(connection_id)
        row = await self._storing.ledger.row(connection_id, external_id)
        return None if connection is None else as_of(connection, row)

    async def view(self, connection: Connection) -> ConnectionView:
        return await self._storing.announcer.view(connection)

    async def follow(self, connection: Connection, *, after: int | None) -> Reading:
        """What becomes of it from a position, or from now on."""
        return await self._storing.announcer.follow(connection.id, after=after)

    async def sync_now(self, connection: Connection, *, everything: bool = False) -> None:
        """`everything`: what is there is named again, as in a first synchronisation; only what is not known is read.

        Starts one that was held. Errors: `Conflict` while it is paused, not allowed yet, or never read.
        """
        if connection.purpose == "actions":
            raise Conflict("Nothing is read from what was connected for actions.", code="never_read")
        if connection.status is ConnectionStatus.paused:
            raise Conflict("This connection is paused. Resume it first.", code="connection_paused")
        if connection.awaits_consent:
            raise Conflict(
                "This connection was not allowed at the service yet. Allow it first.", code="not_allowed_yet"
            )
        if connection.held:
            await self._change(connection, {"held": False, "status_reason": None})
        if everything:
            await self._connections.change(connection.id, {"relist": "named"})
        await self._connections.request(connection.id, now=self._storing.clock())
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def check(self, connection: Connection) -> Connection:
        """Tries what works with its credentials.

        Errors: `Conflict` (another_account, not_allowed_yet), `SourceError`.
        """
        if connection.awaits_consent:
            raise Conflict(
                "This connection was not allowed at the service yet. Allow it first.", code="not_allowed_yet"
            )
        manifest = self.registry.get(connection.type)
        source = manifest.open(self._credentials.setup(connection, manifest))
        try:
            found = await source.check()
            capabilities = [Finding.of(one).model_dump() for one in await source.capabilities()]
        finally:
            await source.close()
        account = ConnectedAccount(id=found.id, name=found.name, address=found.address)
        require_same(connection, account)
        await self._change(connection, {"account": account.model_dump(), "capabilities": capabilities})
        return await self._connections.get(connection.id) or connection

    async def pause(self, connection: Connection) -> None:
        """Errors: `Conflict` for one that has not begun."""
        if _is_before(connection):
            raise Conflict("This connection has not begun, so there is nothing to pause.", code="not_begun")
        await self._change(connection, {"status": str(ConnectionStatus.paused), "status_reason": None})
        await self._watching.end(connection, self.registry.find(connection.type))

    async def suspend(self, user_id: str) -> None:
        """Pauses a person's own connections and gives back what they allowed, when their account is deactivated."""
        for connection in await self._connections.owned_by(user_id):
            manifest = self.registry.find(connection.type)
            await self._watching.end(connection, manifest)
            await self._credentials.give_back(connection, manifest)
            reason = OWNER_INACTIVE.model_dump()
            await self._change(connection, {"status": str(ConnectionStatus.paused), "status_reason": reason})

    async def resume(self, connection: Connection) -> None:
        """Errors: `Conflict` when it is not paused."""
        if connection.status is not ConnectionStatus.paused:
            raise Conflict("This connection is not paused.", code="connection_not_paused")
        begins = {"status": str(_begun(connection)), "status_reason": None, "held": False}
        await self._change(connection, begins)
        if connection.purpose == "actions":
            return
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
                back = {"status": "processing", "reason": None, "unreadable": False, "absences": 0, "at": now}
                await ledger.put([row.model_copy(update=back) for row in rows])
                await self._storing.outcomes.settle([row.document_id for row in rows if row.document_id is not None])
        await self._change(connection, {"status": str(ConnectionStatus.ready), "status_reason": None})

    async def disconnect(self, connection: Connection) -> None:
        """Its documents answer nothing when this returns; everything else of it is deleted soon after.

        Also of a connector that is not here any more; a grant is then forgotten, and not ended at the provider.
        """
        now = self._storing.clock()
        await self._connections.change(connection.id, {"deleting": True})
        for tell in self._tell_disconnected:
            await tell(connection.id)
        await self._storing.announcer.deleted(connection.id)
        manifest = self.registry.find(connection.type)
        await self._watching.end(connection, manifest)
        await self._credentials.give_back(connection, manifest)
        await self._storing.library.purge(Holder.connection(connection.id))
        await self._storing.memberships.forget(connection.id)
        await self._connections.request(connection.id, now=now)
        await self._jobs.send(SYNC_CONNECTION, [connection.id])

    async def runs(self, connection: Connection, *, before: str | None, limit: int) -> Sequence[Run]:
        return await self._storing.runs.page(connection.id, before=before, limit=limit)

    async def clear_unallowed(self) -> None:
        """Removes what was begun at a provider's page and not allowed there for a day."""
        before = self._storing.clock() - ABANDONED_AFTER
        for connection in await self._connections.unallowed(before=before):
            # Nobody can come back from the page any more: a way back is open for minutes.
            if (connection.asked_at or connection.created_at) < before:
                await self.disconnect(connection)
                log.info("unallowed_connection_removed", connection_id=connection.id)

    async def _change(self, connection: Connection, changes: dict[str, Any]) -> None:
        await self._connections.change(connection.id, changes)
        await self._storing.announcer.changed(connection.id)

    async def due(self) -> list[str]:
        """What is to be worked on now; for the queue's recovery."""
        return await self._connections.due(self._storing.clock())

    async def send_again(self, connection_id: str, at: datetime) -> None:
        await self._jobs.send(SYNC_CONNECTION, [connection_id], at=at)


def _begun(connection: Connection) -> ConnectionStatus:
    """What a connection is that has its credentials: one that is never read is ready with them."""
    return ConnectionStatus.connecting if connection.purpose == "sync" else ConnectionStatus.ready


def _is_before(connection: Connection) -> bool:
    """Whether a person has to do something before its first synchronisation."""
    return connection.awaits_consent or connection.awaits_start


async def account_of(manifest: Manifest, setup: Setup) -> ConnectedAccount:
    """Whose account it is. Errors: `SourceError`."""
    source = manifest.open(setup)
    try:
        found = await source.check()
    finally:
        await source.close()
    return ConnectedAccount(id=found.id, name=found.name, address=found.address)


def require_same(connection: Connection, found: ConnectedAccount) -> None:
    """Errors: `Conflict`: what a connection holds is of one account for ever."""
    if connection.account is not None and connection.account.id != found.id:
        raise Conflict(
            f"This is {found.name}, and the connection is of {connection.account.name}. Choose that account, or make "
            "another connection.",
            code="another_account",
        )


def _options(manifest: Manifest, given: Mapping[str, Any]) -> Options:
    try:
        return manifest.options.model_validate(dict(given))
    except ValidationError as error:
        fields = [
            FieldProblem(".".join(map(str, ("options", *item["loc"]))), str(item["type"]), str(item["msg"]))
            for item in error.errors()
        ]
        raise InvalidInput(f"These options do not fit {manifest.name}.", fields=fields) from error
