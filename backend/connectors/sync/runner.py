"""Synchronises one connection: reads its source from the last checkpoint on, in batches, for a slice of time.

The connection's record is the truth: a lease on it says who is at work, its cursor how far that is, `due_at` when it
goes on. A checkpoint is saved only after everything before it is stored, so whatever ends a run (a crash, a lost lease,
a limit of the provider), the next one begins where nothing is missing and repeats at most a batch.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from backend.access import Holder
from backend.connectors.base import Calls, Source
from backend.connectors.credentials import Credentials
from backend.connectors.manifest import Manifest
from backend.connectors.models import (
    CONNECTOR_REMOVED,
    OWNER_INACTIVE,
    ConnectedAccount,
    Connection,
    ConnectionStatus,
    Counts,
    Finding,
    Reason,
    Run,
    RunStatus,
    StoredCursor,
)
from backend.connectors.registry import Registry
from backend.connectors.source_events import Cursor
from backend.connectors.sync.reading import Reading, Storing, Superseded
from backend.connectors.sync.watching import Watching
from backend.db.lease import Clock, Held, utc_now
from backend.errors import (
    BibliosError,
    CursorExpired,
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceRateLimited,
)
from backend.retry import Backoff

log = structlog.get_logger(__name__)

#: Whether a person may use this server.
type IsActive = Callable[[str], Awaitable[bool]]
type SendAgain = Callable[[str, datetime], Awaitable[None]]

LEASE = timedelta(seconds=60)
#: After so long a run lets others have a turn, at its next checkpoint.
SLICE_SECONDS = 20.0
_BACKOFF = Backoff(30.0, longest_seconds=6 * 3600.0, jitter=0.2)
_JITTER = 0.1
_NOTHING_READ = Reason(
    code="nothing_read",
    message="Not one item could be read. Look at the reasons in the list of items; it is tried again by itself.",
)
_INTERNAL = Reason(
    code="internal_error",
    message="Something went wrong on our side. It is tried again by itself; if it stays, tell your operator.",
)


@dataclass(frozen=True, slots=True)
class Periods:
    """In seconds. `interval`: from the end of a run to the start of the next. `reconcile`: how often everything is
    named again where a source tells no deletions.
    """

    interval: float
    reconcile: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How an attempt ended: what the connection is now, and when it goes on (None: not by itself)."""

    status: ConnectionStatus
    due_at: datetime | None
    reason: Reason | None = None
    failures: int = 0
    changes: dict[str, Any] = field(default_factory=dict)


class SyncRunner:
    """Runs one connection at a time for each call of `run`; calls may be repeated and doubled.

    Args:
        send_again: announces a connection for a time.
    """

    def __init__(
        self,
        *,
        storing: Storing,
        registry: Registry,
        credentials: Credentials,
        watching: Watching,
        is_active: IsActive,
        send_again: SendAgain,
        periods: Periods,
        clock: Clock = utc_now,
    ) -> None:
        self._storing = storing
        self._connections = storing.connections
        self._runs = storing.runs
        self._registry = registry
        self._credentials = credentials
        self._watching = watching
        self._is_active = is_active
        self._send_again = send_again
        self._periods = periods
        self._clock = clock

    async def run(self, connection_id: str) -> None:
        """One slice of a connection that is due; nothing for any other."""
        claimed = await self._connections.claim(connection_id, LEASE, now=self._clock())
        if claimed is None:
            return
        held, connection = claimed
        with structlog.contextvars.bound_contextvars(connection_id=connection_id, connector=connection.type):
            async with self._connections.leases.extended(held, LEASE):
                if connection.deleting:
                    await self._forget(held, connection)
                    return
                if self._registry.find(connection.type) is None:
                    outcome: _Outcome | None = self._without_connector(connection)
                elif connection.mode == "personal" and not await self._is_active(connection.owner_id):
                    outcome = await self._stopped(connection)
                else:
                    outcome = await self._attempt(held, connection)
            await self._settle(held, outcome)
            await self._storing.announcer.changed(connection_id)

    async def _forget(self, held: Held, connection: Connection) -> None:
        """Deletes everything of a connection; the record goes last, so that a crash is made up for."""
        await self._storing.library.purge(Holder.connection(connection.id))
        await self._storing.memberships.forget(connection.id)
        await self._storing.ledger.delete_of(connection.id)
        await self._runs.delete_of(connection.id)
        await self._connections.delete(held)
        log.info("connection_deleted")

    async def _stopped(self, connection: Connection) -> _Outcome:
        """Deactivating says so by itself; this makes up for a crash in between."""
        manifest = self._registry.find(connection.type)
        await self._watching.end(connection, manifest)
        await self._credentials.give_back(connection, manifest)
        return _Outcome(ConnectionStatus.paused, None, OWNER_INACTIVE)

    def _without_connector(self, connection: Connection) -> _Outcome:
        """Looked at again by itself: the connector may come back."""
        due_at = self._clock() + timedelta(seconds=_BACKOFF.after(connection.failures + 1))
        failures = connection.failures + 1
        return _Outcome(ConnectionStatus.attention, due_at, CONNECTOR_REMOVED, failures=failures)

    async def _settle(self, held: Held, outcome: _Outcome | None) -> None:
        """Gives the connection back, due again when its outcome says."""
        now = self._clock()
        if outcome is None:
            await self._connections.release(held, now)
            return
        due_at = await self._connections.settle(
            held,
            {
                "status": str(outcome.status),
                "status_reason": outcome.reason and outcome.reason.model_dump(),
                "failures": outcome.failures,
                **outcome.changes,
            },
            due_at=outcome.due_at,
            now=now,
        )
        if due_at is not None:
            await self._send_again(held.record_id, due_at)

    async def _attempt(self, held: Held, connection: Connection) -> _Outcome | None:
        run = await self._run_of(held, connection)
        try:
            done = await self._read(held, connection, run)
        except Superseded:
            return None
        except asyncio.CancelledError:  # the server stops: whoever starts next goes on at once
            await asyncio.shield(self._connections.release(held, self._clock()))
            raise
        except CursorExpired:
            if connection.cursor is None:
                return await self._failed(connection, run, _INTERNAL)
            log.info("cursor_expired")
            return _Outcome(ConnectionStatus.syncing, self._clock(), changes={"cursor": None})
        except SourceRateLimited as error:
            return self._waiting(connection, error)
        except (ReauthRequired, PermissionMissing, InvalidConfig) as error:
            await self._end(run, RunStatus.failed, _reason(error))
            return _Outcome(ConnectionStatus.attention, None, _reason(error), failures=connection.failures + 1)
        except BibliosError as error:
            log.warning("sync_failed", code=error.code, error=str(error))
            return await self._failed(connection, run, _reason(error))
        except Exception:
            log.exception("sync_failed")
            return await self._failed(connection, run, _INTERNAL)
        now = self._clock()
        if not done:
            return _Outcome(ConnectionStatus.syncing, now)
        return await self._finished(connection, run, now)

    async def _finished(self, connection: Connection, run: Run, now: datetime) -> _Outcome:
        await self._storing.outcomes.catch_up(connection.id)
        counts = (await self._runs.get(run.id) or run).counts
        stored = counts.indexed + counts.unchanged + counts.skipped
        # Nothing is new in a source of which nothing could ever be read: that is no success either.
        if not stored and (counts.failed or await self._storing.ledger.only_failed(connection.id)):
            return await self._failed(connection, run, _NOTHING_READ, changes={"relist": "named"})
        status = RunStatus.partial if counts.failed else RunStatus.complete
        await self._end(run, status, None)
        pause = self._periods.interval * random.uniform(1 - _JITTER, 1)  # noqa: S311 - jitter is no secret
        quarantined = connection.status is ConnectionStatus.quarantined
        return _Outcome(
            ConnectionStatus.quarantined if quarantined else ConnectionStatus.ready,
            await self._watching.no_later(connection.id, now + timedelta(seconds=pause)),
            connection.status_reason if quarantined else None,
            changes={"last_sync_at": now, "run_id": None},
        )

    def _waiting(self, connection: Connection, error: SourceRateLimited) -> _Outcome:
        """The run goes on after the pause that was asked for, whoever takes it up then."""
        failures = connection.failures
        if (pause := error.retry_after_seconds) is None:
            failures += 1
            pause = _BACKOFF.after(failures)
        due_at = self._clock() + timedelta(seconds=pause)
        return _Outcome(ConnectionStatus.waiting, due_at, _reason(error), failures=failures)

    async def _failed(
        self, connection: Connection, run: Run, reason: Reason, *, changes: Mapping[str, Any] | None = None
    ) -> _Outcome:
        """A run that came to nothing for now; its next attempt goes on from the last checkpoint."""
        failures = connection.failures + 1
        await self._end(run, RunStatus.failed, reason)
        due_at = self._clock() + timedelta(seconds=_BACKOFF.after(failures))
        changed = {"run_id": None, **(changes or {})}
        return _Outcome(ConnectionStatus.waiting, due_at, reason, failures=failures, changes=changed)

    async def _end(self, run: Run, status: RunStatus, reason: Reason | None) -> None:
        await self._runs.end(run.id, status, reason, now=self._clock())

    async def _run_of(self, held: Held, connection: Connection) -> Run:
        """The run that goes on here, or a new one."""
        run = await self._runs.get(connection.run_id) if connection.run_id else None
        if run is None or run.status is not RunStatus.running:
            run = await self._runs.begin(connection.id, now=self._clock())
        if connection.status is not ConnectionStatus.quarantined:
            connection.status, connection.status_reason = ConnectionStatus.syncing, None
        changes: dict[str, Any] = {"run_id": run.id, "status": str(connection.status)}
        if connection.relist != "no":
            cursor = self._relisted(connection)
            connection.cursor = StoredCursor.of(cursor) if cursor else None
            changes |= {"relist": "no", "cursor": connection.cursor and connection.cursor.model_dump()}
        await self._connections.keep(held, changes)
        await self._storing.announcer.changed(connection.id)
        return run

    def _relisted(self, connection: Connection) -> Cursor | None:
        """From where everything is named again; None: from the beginning."""
        if connection.relist == "anew":
            return None
        manifest = self._registry.get(connection.type)
        try:
            cursor = _stored_cursor(connection, manifest)
        except CursorExpired:
            return None
        return cursor and cursor.relisted()

    async def _read(self, held: Held, connection: Connection, run: Run) -> bool:
        """Whether the source had nothing more; False when the slice was over before."""
        manifest = self._registry.get(connection.type)
        calls = Calls()
        until = self._clock() + timedelta(seconds=SLICE_SECONDS)
        source = manifest.open(replace(self._credentials.setup(connection, manifest), calls=calls))
        try:
            await self._check(held, connection, source)
            await self._renew_groups(held, connection, run, source)
            await self._watching.renew(held, connection, manifest, source)
            reading = Reading(self._storing, held, connection, run, until=until, parallel=manifest.parallel)
            async with aclosing(source.sync(self._cursor(connection, manifest))) as events:
                async for event in events:
                    if await reading.take(event):
                        return False
            await reading.flush()
            return True
        finally:
            await self._runs.add(run.id, Counts(calls=calls.count))
            await source.close()

    async def _check(self, held: Held, connection: Connection, source: Source) -> None:
        """Whose account it is, and what works with it, once for each consent."""
        if connection.account is not None and connection.access_as_of is not None:
            return
        found = await source.check()
        connection.account = ConnectedAccount(id=found.id, name=found.name, address=found.address)
        connection.capabilities = [Finding.of(one) for one in await source.capabilities()]
        await self._storing.keep(
            held,
            {
                "account": connection.account.model_dump(),
                "capabilities": [one.model_dump() for one in connection.capabilities],
            },
        )

    async def _renew_groups(self, held: Held, connection: Connection, run: Run, source: Source) -> None:
        """Before anything else of a run, and again every interval of a long one: narrowing comes before content."""
        now, known = self._clock(), connection.access_as_of
        if known and known >= run.started_at and now - known < timedelta(seconds=self._periods.interval):
            return
        await self._storing.memberships.renew(connection, source.groups())
        connection.access_as_of = now
        await self._storing.keep(held, {"access_as_of": now})

    def _cursor(self, connection: Connection, manifest: Manifest) -> Cursor | None:
        """Where the source is read on, with everything named again when it is time for that.

        Errors: `CursorExpired` for a cursor that an older release of the connector stored.
        """
        cursor, named = _stored_cursor(connection, manifest), connection.reconciled_at
        if cursor is None or named is None or self._clock() - named < timedelta(seconds=self._periods.reconcile):
            return cursor
        return cursor.relisted() or cursor


def _stored_cursor(connection: Connection, manifest: Manifest) -> Cursor | None:
    stored = connection.cursor
    if stored is None:
        return None
    if stored.version != manifest.cursor.VERSION:
        raise CursorExpired("Where it was is no longer understood. It is read from the beginning.")
    return manifest.cursor.model_validate(stored.data)


def _reason(error: BibliosError) -> Reason:
    return Reason(code=error.code, message=error.message)
