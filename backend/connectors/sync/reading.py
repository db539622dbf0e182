"""The events of one slice, gathered into batches that are stored before their checkpoint is saved."""

import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from backend.access import Holder
from backend.connectors.announcing import Announcer
from backend.connectors.matching import Matching
from backend.connectors.models import (
    ANSWERING,
    Connection,
    ConnectionStatus,
    Counts,
    Item,
    Listing,
    Reason,
    Run,
    StoredCursor,
)
from backend.connectors.repository import ConnectionRepository, RunRepository
from backend.connectors.source_events import (
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
from backend.connectors.sync.forgetting import measured
from backend.connectors.sync.guard import judge
from backend.connectors.sync.intake import BatchIntake
from backend.connectors.sync.ledger import Ledger
from backend.connectors.sync.memberships import Memberships
from backend.connectors.sync.outcomes import Outcomes
from backend.db.lease import Clock, Held
from backend.documents.incoming import TextItem
from backend.documents.library import LibraryService

#: What is only named costs little: so many items share their look-ups and commits. See `intake` for what is read.
_BATCH_ITEMS = 500
#: Of texts that came with their events.
_BATCH_CHARS = 4_000_000
#: So many absent items are asked for before what was found is written down.
_ASKED_ITEMS = 50


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
    outcomes: Outcomes
    memberships: Memberships
    matching: Matching
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
        self._noticed: datetime | None = None

    async def take(self, event: SyncEvent) -> bool:
        """Whether the slice is over: everything so far is stored, and its checkpoint saved. Errors: `Superseded`."""
        match event:
            case Upsert() | Deferred() | AccessChanged() | Delete() | ItemFailure():
                self._batch.append(event)
                if isinstance(event, Delete) and self._noticed is None:
                    self._noticed = self._storing.clock()
                if isinstance(event, Upsert) and isinstance(event.item, TextItem):
                    self._chars += len(event.item.text)
                if len(self._batch) >= _BATCH_ITEMS or self._chars >= _BATCH_CHARS:
                    await self.flush()
            case GroupMembers():
                await self._storing.memberships.take(self._connection, event)
            case ListingBegins():
                await self.flush()
                self._connection.listing = _next_listing(self._connection)
                await self._storing.runs.expect(self._run.id, event.expected)
            case ListingEnds():
                await self.flush()
                if event.complete and (listing := self._connection.listing) is not None:
                    if not await self._confirmed(event, listing):
                        return True  # it is told once more that the listing has ended
                    await self._miss(listing, event.spared)
                    await self._storing.matching.tidy(self._connection)
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
        noticed, self._noticed = self._noticed or self._storing.clock(), None
        if not batch:
            return
        for part in await self._storing.intake.parts(self._connection, batch):
            await self._storing.keep(self._held, {"run_id": self._run.id})
            done = await self._storing.intake.store(
                self._connection, part, now=self._storing.clock(), parallel=self._parallel
            )
            await self._measure(done.forgotten, noticed=noticed)
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

    async def _confirmed(self, ended: ListingEnds, listing: Listing) -> bool:
        """Asks for what the listing did not name, and for what that names in turn; False when the slice is over before.

        Of what is not there it is written down at once that this listing missed it, so that nothing is asked for twice.
        """
        ledger = self._storing.ledger
        while ended.confirm is not None:
            rows = ledger.unnamed(self._connection.id, listing.id)
            names = [row.external_id async for row in rows if row.absent_in != listing.id]
            for some in batched(names, _ASKED_ITEMS, strict=False):
                there = {name for name in some if await self._is_there(ended.confirm(name))}
                await self.flush()
                absent = await ledger.rows(self._connection.id, set(some) - there)
                await ledger.put([self._missed(row, listing) for row in absent.values()])
                if self._storing.clock() >= self._until:
                    return False
            if not names:
                break
        return True

    async def _is_there(self, told: AsyncGenerator[ItemEvent]) -> bool:
        there = False
        async with aclosing(told) as events:
            async for event in events:
                there = True
                await self.take(event)
        return there

    async def _miss(self, listing: Listing, spared: tuple[str, ...]) -> None:
        """What a complete listing did not name: hidden, deleted, or kept for a person to decide, as the guard says."""
        connection, storing = self._connection, self._storing
        noticed = storing.clock()
        absent = await self._absent(listing, spared)
        named = await storing.ledger.count_named(connection.id, listing.id)
        verdict = judge(complete=True, named=named, absent={name: row.absences for name, row in absent.items()})
        holder, now = Holder.connection(connection.id), storing.clock()
        await storing.keep(self._held, {"run_id": self._run.id})
        counts = Counts(
            hidden=await storing.library.hide(holder, verdict.hide),
            deleted=await storing.library.delete_external(holder, verdict.delete),
        )
        gone = [name for name in verdict.hide | verdict.delete if absent[name].status in ANSWERING]
        await self._measure([None] * len(gone), noticed=noticed)
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

    async def _measure(self, forgotten: Sequence[datetime | None], *, noticed: datetime) -> None:
        """How long what no longer answers since a moment ago went on answering."""
        if forgotten:
            before, now = self._connection.forgetting, self._storing.clock()
            self._connection.forgetting = measured(before, forgotten, noticed=noticed, now=now)
            await self._storing.keep(self._held, {"forgetting": self._connection.forgetting.model_dump()})

    async def _absent(self, listing: Listing, spared: tuple[str, ...]) -> dict[str, Item]:
        """Rows that the listing did not name, though it could have, counted once for it, by external id."""
        rows = self._storing.ledger.unnamed(self._connection.id, listing.id)
        return {
            row.external_id: self._missed(row, listing) async for row in rows if not row.external_id.startswith(spared)
        }

    @staticmethod
    def _missed(row: Item, listing: Listing) -> Item:
        """Counted, unless it was before a crash. A listing with other options agrees with none before it."""
        if row.absent_in == listing.id:
            return row
        absences = row.absences + 1 if listing.before in (None, listing.options) else 1
        return row.model_copy(update={"absences": absences, "absent_in": listing.id})


def _next_listing(connection: Connection) -> Listing:
    before, options = connection.listing, connection.options
    fingerprint = hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]
    return Listing(id=before.id + 1 if before else 1, options=fingerprint, before=before.options if before else None)
