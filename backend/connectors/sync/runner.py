"""Synchronises one connection: reads its source from the last checkpoint on, in batches, for a slice of time.

The connection's record is the truth: a lease on it says who is at work, its cursor how far that is, `due_at` when it
goes on. A checkpoint is saved only after everything before it is stored, so whatever ends a run (a crash, a lost lease,
a limit of the provider), the next one begins where nothing is missing and repeats at most a batch.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from backend.access import Holder
from backend.auth.directory import StoredDirectory
from backend.connectors.base import Cursor, Manifest, Setup
from backend.connectors.models import ConnectedAccount, Connection, ConnectionStatus, Reason, Run, RunStatus
from backend.connectors.registry import Registry
from backend.connectors.sync.reading import Reading, Storing, Superseded
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

type OpenTokens = Callable[[Connection], Awaitable[Setup]]
type SendAgain = Callable[[str, datetime], Awaitable[None]]

LEASE = timedelta(seconds=60)
#: After so long a run lets others have a turn, at its next checkpoint.
SLICE_SECONDS = 20.0
_BACKOFF = Backoff(30.0, longest_seconds=6 * 3600.0, jitter=0.2)
_JITTER = 0.1
_INTERNAL = Reason(
    code="internal_error",
    message="Something went wrong on our side. It is tried again by itself; if it stays, tell your operator.",
)


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
        open_setup: the token and the options that a connection's source is opened with. Errors: `SourceError`.
        send_again: announces a connection for a time.
        interval_seconds: from the end of a run to the start of the next.
    """

    def __init__(
        self,
        *,
        storing: Storing,
        directory: StoredDirectory,
        registry: Registry,
        open_setup: OpenTokens,
        send_again: SendAgain,
        interval_seconds: float,
        clock: Clock = utc_now,
    ) -> None:
        self._storing = storing
        self._connections = storing.connections
        self._runs = storing.runs
        self._directory = directory
        self._registry = registry
        self._open_setup = open_setup
        self._send_again = send_again
        self._interval_seconds = interval_seconds
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
                outcome = await self._attempt(held, connection)
            await self._settle(held, outcome)

    async def _forget(self, held: Held, connection: Connection) -> None:
        """Deletes everything of a connection; the record goes last, so that a crash is made up for."""
        await self._storing.library.purge(Holder.connection(connection.id))
        await self._directory.remove_connection(connection.id)
        await self._storing.ledger.delete_of(connection.id)
        await self._runs.delete_of(connection.id)
        await self._connections.delete(held)
        log.info("connection_deleted")

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
        counts = (await self._runs.get(run.id) or run).counts
        status = RunStatus.partial if counts.failed else RunStatus.complete
        await self._end(run, status, None)
        pause = self._interval_seconds * random.uniform(1 - _JITTER, 1)  # noqa: S311 - jitter is no secret
        quarantined = connection.status is ConnectionStatus.quarantined
        return _Outcome(
            ConnectionStatus.quarantined if quarantined else ConnectionStatus.ready,
            now + timedelta(seconds=pause),
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

    async def _failed(self, connection: Connection, run: Run, reason: Reason) -> _Outcome:
        """A run that came to nothing for now; its next attempt goes on from the last checkpoint."""
        failures = connection.failures + 1
        await self._end(run, RunStatus.failed, reason)
        due_at = self._clock() + timedelta(seconds=_BACKOFF.after(failures))
        return _Outcome(ConnectionStatus.waiting, due_at, reason, failures=failures, changes={"run_id": None})

    async def _end(self, run: Run, status: RunStatus, reason: Reason | None) -> None:
        await self._runs.end(run.id, status, reason, now=self._clock())

    async def _run_of(self, held: Held, connection: Connection) -> Run:
        """The run that goes on here, or a new one."""
        run = await self._runs.get(connection.run_id) if connection.run_id else None
        if run is None or run.status is not RunStatus.running:
            run = await self._runs.begin(connection.id, now=self._clock())
        if connection.status is not ConnectionStatus.quarantined:
            connection.status, connection.status_reason = ConnectionStatus.syncing, None
        await self._connections.keep(held, {"run_id": run.id, "status": str(connection.status)})
        return run

    async def _read(self, held: Held, connection: Connection, run: Run) -> bool:
        """Whether the source had nothing more; False when the slice was over before."""
        manifest = self._registry.get(connection.type)
        source = manifest.open(await self._open_setup(connection))
        try:
            if connection.account is None:
                found = await source.check()
                connection.account = ConnectedAccount(id=found.id, name=found.name, address=found.address)
                await self._storing.keep(held, {"account": connection.account.model_dump()})
            until = self._clock() + timedelta(seconds=SLICE_SECONDS)
            reading = Reading(self._storing, held, connection, run, until=until)
            async with aclosing(source.sync(_cursor(connection, manifest))) as events:  # type: ignore[type-var]
                async for event in events:
                    if await reading.take(event):
                        return False
            await reading.flush()
            return True
        finally:
            await source.close()


def _cursor(connection: Connection, manifest: Manifest) -> Cursor | None:
    """Errors: `CursorExpired` for one that an older release of the connector stored."""
    stored = connection.cursor
    if stored is None:
        return None
    if stored.version != manifest.cursor.VERSION:
        raise CursorExpired("Where it was is no longer understood. It is read from the beginning.")
    return manifest.cursor.model_validate(stored.data)


def _reason(error: BibliosError) -> Reason:
    return Reason(code=error.code, message=error.message)
