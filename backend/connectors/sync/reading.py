"""The events of one slice, gathered into batches that are stored before their checkpoint is saved."""

import hashlib
import json
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.access import Holder
from backend.connectors.announcing import Announcer
from backend.connectors.base import (
    AccessChanged,
    Checkpoint,
    Cursor,
    Deferred,
    Delete,
    GroupMembers,
    ItemEvent,
    ItemFailure,
    ListingBegins,
    ListingEnds,
    SyncEvent,
    Upsert,
)
from backend.connectors.models import Connection, ConnectionStatus, Counts, Item, Listing, Reason, Run, StoredCursor
from backend.connectors.repository import ConnectionRepository, RunRepository
from backend.connectors.sync.guard import judge
from backend.connectors.sync.intake import BatchIntake
from backend.connectors.sync.ledger import Ledger
from backend.connectors.sync.memberships import Memberships
from backend.db.lease import Clock, Held
from backend.documents.incoming import TextItem
from backend.documents.library import LibraryService

_BATCH_ITEMS = 50
_BATCH_CHARS = 4_000_000
#: What is read when the batch is stored counts like so many characters: most of it is known already, or goes to disk.
_FILE_CHARS = 80_000
#: So many items are asked for one by one at the end of a listing; with more, the listing has not told everything.
_MOST_CONFIRMED = 2_000


class Superseded(Exception):
    """The lease was lost, or a person paused or deleted the connection: whoever is at work stops."""


@dataclass(frozen=True, slots=True)
class Storing:
    """Where everything of a connection is kept."""

    connections: ConnectionRepository
    runs: RunRepository
    ledger: Ledger
    announcer: Announcer
    intake: BatchIntake
    memberships: Memberships
    library: LibraryService
    clock: Clock

    async def keep(self, held: Held, changes: dict[str, Any]) -> None:
        """Errors: `Superseded`."""
        if not await self.connections.keep(held, changes):
            raise Superseded


class Reading:
    """What one slice of a run hands over.

    Args:
        until: when the slice is over, at the checkpoint after it.
        parallel: how many items are fetched at once.
    """

    def __init__(
        self, storing: Storing, held: Held, connection: Connection, run: Run, *, until: datetime, parallel: int
    ) -> None:
        self._storing = storing
        self._held = held
        self._connection = connection
        self._run = run
        self._until = until
        self._parallel = parallel
        self._batch: list[ItemEvent] = []
        self._chars = 0

    async def take(self, event: SyncEvent) -> bool:
        """Whether the slice is over: everything so far is stored, and its checkpoint saved. Errors: `Superseded`."""
        match event:
            case Upsert() | Deferred() | AccessChanged() | Delete() | ItemFailure():
                self._batch.append(event)
                self._chars += _weight(event)
                if len(self._batch) >= _BATCH_ITEMS or self._chars >= _BATCH_CHARS:
                    await self.flush()
            case GroupMembers():
                await self._storing.memberships.take(self._connection.id, event)
            case ListingBegins():
                await self.flush()
                self._connection.listing = _next_listing(self._connection)
                await self._storing.runs.expect(self._run.id, event.expected)
            case ListingEnds():
                await self.flush()
                if event.complete and await self._confirmed(event) and self._connection.listing is not None:
                    await self._miss(self._connection.listing, event.spared)
                self._connection.reconciled_at = self._storing.clock()
            case Checkpoint():
                await self.flush()
                await self._save(event.cursor)
                return self._storing.clock() >= self._until
        return False

    async def flush(self) -> None:
        """Stores what was gathered, if it is still this worker's to store.

        Errors: `Superseded`, and the `SourceError` of an item that could not be fetched; the others are stored then.
        """
        batch, self._batch, self._chars = self._batch, [], 0
        if not batch:
            return
        await self._storing.keep(self._held, {"run_id": self._run.id})
        done = await self._storing.intake.store(
            self._connection, batch, now=self._storing.clock(), parallel=self._parallel
        )
        await self._storing.runs.add(self._run.id, done.counts)
        await self._storing.announcer.progressed(self._connection.id)
        if done.ended_by is not None:
            raise done.ended_by

    async def _save(self, cursor: Cursor) -> None:
        connection = self._connection
        connection.cursor = StoredCursor.of(cursor)
        await self._storing.keep(
            self._held,
            {
                "cursor": connection.cursor.model_dump(),
                "listing": connection.listing and connection.listing.model_dump(),
                "reconciled_at": connection.reconciled_at,
                "status": str(connection.status),
                "status_reason": connection.status_reason and connection.status_reason.model_dump(),
            },
        )

    async def _confirmed(self, ended: ListingEnds) -> bool:
        """Asks for what the listing did not name, and for what that names in turn; False when it is too much."""
        listing, asked = self._connection.listing, set[str]()
        while ended.confirm is not None and listing is not None:
            rows = self._storing.ledger.unnamed(self._connection.id, listing.id)
            absent = [row.external_id async for row in rows if row.external_id not in asked]
            if not absent:
                break
            if len(asked) + len(absent) > _MOST_CONFIRMED:
                return False
            for name in absent:
                async with aclosing(ended.confirm(name)) as events:
                    async for event in events:
                        await self.take(event)
            await self.flush()
            asked.update(absent)
        return True

    async def _miss(self, listing: Listing, spared: tuple[str, ...]) -> None:
        """What a complete listing did not name: hidden, deleted, or kept for a person to decide, as the guard says."""
        connection, storing = self._connection, self._storing
        absent = await self._absent(listing, spared)
        named = await storing.ledger.count_named(connection.id, listing.id)
        verdict = judge(complete=True, named=named, absent={name: row.absences for name, row in absent.items()})
        holder, now = Holder.connection(connection.id), storing.clock()
        await storing.keep(self._held, {"run_id": self._run.id})
        counts = Counts(
            hidden=await storing.library.hide(holder, verdict.hide),
            deleted=await storing.library.delete_external(holder, verdict.delete),
        )
        for name in verdict.hide:
            absent[name] = absent[name].model_copy(update={"status": "hidden", "at": now})
        for name in verdict.delete:
            absent[name] = absent[name].model_copy(update={"status": "deleted", "at": now, "document_id": None})
        await storing.ledger.put(absent.values())
        await storing.runs.add(self._run.id, counts)
        if verdict.quarantine:
            connection.status = ConnectionStatus.quarantined
            connection.status_reason = Reason(
                code="many_missing",
                message=f"{len(verdict.hide):,} of {named + len(absent):,} items are no longer at the source. They are "
                "hidden and kept. Say whether they are to be deleted.",
            )

    async def _absent(self, listing: Listing, spared: tuple[str, ...]) -> dict[str, Item]:
        """Rows that the listing did not name, though it could have, counted once for it, by external id."""
        # A listing with other options agrees with none before it.
        agreeing = listing.before in (None, listing.options)
        absent: dict[str, Item] = {}
        async for row in self._storing.ledger.unnamed(self._connection.id, listing.id):
            if row.external_id.startswith(spared):
                continue
            if row.absent_in != listing.id:  # not counted before a crash
                absences = row.absences + 1 if agreeing else 1
                row = row.model_copy(update={"absences": absences, "absent_in": listing.id})
            absent[row.external_id] = row
        return absent


def _next_listing(connection: Connection) -> Listing:
    before, options = connection.listing, connection.options
    fingerprint = hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]
    return Listing(id=before.id + 1 if before else 1, options=fingerprint, before=before.options if before else None)


def _weight(event: ItemEvent) -> int:
    match event:
        case Upsert(item=TextItem(text=text)):
            return len(text)
        case Deferred(chars=int(chars)):
            return chars
        case Upsert() | Deferred():
            return _FILE_CHARS
        case _:
            return 0
