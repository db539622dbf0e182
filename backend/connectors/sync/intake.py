"""Hands a batch of a source's events to the library and writes what became of them into the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.access import Holder
from backend.connectors.models import ANSWERING, Connection, Counts, Item, Reason
from backend.connectors.source_events import AccessChanged, Deferred, Delete, ItemEvent, Upsert
from backend.connectors.sync.fetching import Fetched, Fetching, Known, is_to_be_read, last_of_each
from backend.connectors.sync.ledger import Ledger, item_id
from backend.connectors.sync.outcomes import Outcomes
from backend.connectors.sync.people import People
from backend.documents.incoming import FileItem, Stored, TextItem
from backend.documents.library import LibraryService
from backend.documents.models import DocumentStatus
from backend.errors import SourceError

_NOT_READ_YET = Reason(
    code="not_read_yet",
    message="Another item names this one. It is read when everything at the source is next gone through.",
)


#: So much is read before it is stored: a crash repeats no more, and this much is in memory.
_READ_ITEMS = 50
_READ_CHARS = 4_000_000
#: An item of unknown length counts like so many characters: most go to disk.
_UNKNOWN_CHARS = 80_000


@dataclass(frozen=True, slots=True)
class Part:
    """Events of a batch that are stored together, by external id, with what is here of them."""

    events: Mapping[str, ItemEvent]
    known: Known


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a batch. `ended_by` kept the rest of it from being read; what was read is stored.

    `forgotten`: of each item that no longer answers, when it went at the source, where that is told.
    """

    counts: Counts
    ended_by: SourceError | None
    forgotten: list[datetime | None]


class BatchIntake:
    """Stores batches. Doing one twice changes nothing, so a batch that a crash cut is simply done again."""

    def __init__(
        self, library: LibraryService, fetching: Fetching, ledger: Ledger, outcomes: Outcomes, people: People
    ) -> None:
        self._library = library
        self._fetching = fetching
        self._ledger = ledger
        self._outcomes = outcomes
        self._people = people

    async def parts(self, connection: Connection, events: Sequence[ItemEvent]) -> list[Part]:
        """A batch in the parts to be stored one after the other.

        First what needs no reading, all of it together: whoever lost access sees nothing before anything is read.
        """
        last = last_of_each(list(events))
        parts = await self._ledger.parts(connection.id, last)
        rows = await self._ledger.rows(connection.id, last)
        rows |= {row.external_id: row for part in parts.values() for row in part}
        known = Known(rows, parts)
        unread = {name: event for name, event in last.items() if is_to_be_read(event, known)}
        named = {name: event for name, event in last.items() if name not in unread}
        return [Part(some, known) for some in ([named] if named else []) + list(_readable(unread))]

    async def store(self, connection: Connection, part: Part, *, now: datetime, parallel: int) -> Intake:
        """Access lists first, then what was read."""
        before = part.known.rows
        batch = await self._fetching.fetch(connection, part.events, part.known, parallel=parallel)
        holder = Holder.connection(connection.id)
        await self._people.note(connection, *_named_people(part.events, batch))
        await self._library.set_access(holder, batch.access)
        if batch.paths:
            await self._library.place(holder, batch.paths)
        stored: list[Stored] = []
        if batch.files:  # first, since their blobs are pinned until then
            stored += await self._library.store_files(holder, list(batch.files.values()), source=connection.type)
        if batch.texts:
            stored += await self._library.store_texts(holder, list(batch.texts.values()), source=connection.type)
        await self._library.unhide(holder, _back(before, batch, stored))
        # What the source has now is not to be read: what it had before answers no more.
        await self._library.hide(holder, [name for name, failure in batch.refused.items() if failure.skipped])
        deleted = await self._library.delete_external(holder, batch.gone)
        forgotten = _forgotten(before, part.events, batch)
        # Together with what named it: no crash between the two loses it.
        found = await self._found(connection, batch.mentioned - part.events.keys(), now)
        rows = _rows(connection, before, batch, stored, now)
        await self._ledger.put([*found, *rows])
        # A document may have been read before its row was there.
        await self._outcomes.settle([row.document_id for row in rows if row.status == "processing" and row.document_id])
        return Intake(_counts(before, batch, stored, deleted), batch.ended_by, forgotten)

    async def _found(self, connection: Connection, mentioned: set[str], now: datetime) -> list[Item]:
        """Rows of what was only heard of: of no listing, so that the one under way asks for it when it ends."""
        known = await self._ledger.rows(connection.id, mentioned) if mentioned else {}
        return [
            _named(connection, name, None, now).model_copy(update={"listing": 0, "reason": _NOT_READ_YET})
            for name in sorted(mentioned)
            if name not in known or known[name].status == "deleted"
        ]


def _named_people(events: Mapping[str, ItemEvent], batch: Fetched) -> tuple[set[str], dict[str, str]]:
    """Whom access lists name, and how they are called as far as the items say it."""
    people: set[str] = set()
    for event in events.values():
        if isinstance(event, Upsert | Deferred | AccessChanged):
            people |= event.access.people
            people |= {event.access.account} if event.access.account else set()
    items: list[TextItem | FileItem] = [*batch.texts.values(), *batch.files.values()]
    said = (person for item in items for person in item.people or ())
    return people, {person.address: person.name for person in said if person.address and person.name}


def _forgotten(before: Mapping[str, Item], events: Mapping[str, ItemEvent], batch: Fetched) -> list[datetime | None]:
    visible = [name for name in batch.gone if name in before and before[name].status in ANSWERING]
    found = [events.get(name) for name in visible]
    return [event.at if isinstance(event, Delete) else None for event in found]


def _readable(events: Mapping[str, ItemEvent]) -> Iterator[dict[str, ItemEvent]]:
    """Events of items to be read, as many together as are read before they are stored."""
    some: dict[str, ItemEvent] = {}
    chars = 0
    for name, event in events.items():
        some[name] = event
        chars += _chars(event)
        if len(some) >= _READ_ITEMS or chars >= _READ_CHARS:
            yield some
            some, chars = {}, 0
    if some:
        yield some


def _chars(event: ItemEvent) -> int:
    match event:
        case Upsert(item=TextItem(text=text)):
            return len(text)
        case Deferred(chars=int(chars)):
            return chars
        case _:
            return _UNKNOWN_CHARS


def _back(before: Mapping[str, Item], batch: Fetched, stored: Sequence[Stored]) -> list[str]:
    """What was out of sight and is there again."""
    read = [
        one.external_id
        for one in stored
        if one.external_id in before and before[one.external_id].status not in ANSWERING
    ]
    return [*read, *(name for name in batch.known if before[name].status == "hidden")]


def _counts(before: Mapping[str, Item], batch: Fetched, stored: Sequence[Stored], deleted: int) -> Counts:
    still_skipped = sum(before[name].status == "skipped" for name in batch.known)
    skipped = sum(failure.skipped for failure in batch.refused.values())
    # Another access list, or another place, is no work.
    same = sum(one.outcome != "created" and one.status is not DocumentStatus.queued for one in stored)
    return Counts(
        seen=len(stored) + len(batch.refused) + len(batch.known),
        indexed=len(stored) - same,
        unchanged=same + len(batch.known) - still_skipped,
        skipped=skipped + still_skipped,
        failed=len(batch.refused) - skipped,
        deleted=deleted,
    )


def _rows(
    connection: Connection, before: Mapping[str, Item], batch: Fetched, stored: Sequence[Stored], now: datetime
) -> list[Item]:
    """The rows of a batch. Of what was never here and is gone already there is none, nor of what was not read."""
    items: dict[str, TextItem | FileItem] = {**batch.texts, **batch.files}
    rows: list[Item] = []

    def put(name: str, **found: object) -> None:
        row = _named(connection, name, before.get(name), now)
        came_with = {"revision": batch.revisions.get(name), "whole": batch.wholes.get(name, row.whole)}
        rows.append(row.model_copy(update={**came_with, "unreadable": False, **found}))

    for one in stored:
        title = items[one.external_id].title
        put(one.external_id, title=title, status="processing", document_id=one.id, reason=None)
    for name, failure in batch.refused.items():
        title = failure.title or (before[name].title if name in before else None)
        reason = Reason(code=failure.code, message=failure.message)
        put(name, title=title, status="skipped" if failure.skipped else "failed", reason=reason)
    for name in batch.known:
        row = before[name]
        if row.status == "hidden":
            put(name, status="processing", reason=None, revision=row.revision)
        else:
            put(name, status=row.status, revision=row.revision, unreadable=row.unreadable)
    for name in batch.gone:
        if name in before:
            put(name, status="deleted", reason=None, document_id=None, revision=None)
    return rows


def _named(connection: Connection, external_id: str, before: Item | None, now: datetime) -> Item:
    """The row of an item that was named now."""
    listing = connection.listing.id if connection.listing else 0
    if before is not None:
        return before.model_copy(update={"at": now, "listing": listing, "absences": 0})
    return Item(
        id=item_id(connection.id, external_id),
        connection_id=connection.id,
        external_id=external_id,
        title=None,
        status="failed",
        at=now,
        listing=listing,
    )
