"""Hands a batch of a source's events to the library and writes what became of them into the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from backend.access import WORKSPACE, Holder, mail_principal, source_principal, user_principal
from backend.connectors.base import Access, Delete, ItemFailure, SourceFile, Upsert
from backend.connectors.models import Connection, Counts, Item, ItemStatus, Reason
from backend.connectors.sync.ledger import Ledger, item_id
from backend.documents.blobs import BlobStore
from backend.documents.incoming import FileItem, Stored, TextItem, clean_name, clean_text
from backend.documents.library import LibraryService
from backend.settings import UploadSettings

type ItemEvent = Upsert | Delete | ItemFailure


class _TooLarge(Exception):
    """An item that the library does not take; the text says how large it is."""


@dataclass(slots=True)
class _Sorted:
    """The last events of a batch by what is to be done with them, by external id."""

    texts: dict[str, TextItem] = field(default_factory=dict)
    files: dict[str, FileItem] = field(default_factory=dict)
    refused: dict[str, ItemFailure] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


class BatchIntake:
    """Stores batches. Doing one twice changes nothing, so a batch that a crash cut is simply done again."""

    def __init__(self, library: LibraryService, blobs: BlobStore, ledger: Ledger, limits: UploadSettings) -> None:
        self._library = library
        self._blobs = blobs
        self._ledger = ledger
        self._limits = limits

    async def store(self, connection: Connection, events: Sequence[ItemEvent], *, now: datetime) -> Counts:
        """Of several events of one item the last one counts. Errors: `SourceError` of a file that is read here."""
        last = {_id_of(event): event for event in events}
        before = await self._ledger.rows(connection.id, last)
        batch = await self._sorted(connection, last)
        holder = Holder.connection(connection.id)
        stored: list[Stored] = []
        if batch.files:  # first, since their blobs are pinned until then
            stored += await self._library.store_files(holder, list(batch.files.values()), source=connection.type)
        if batch.texts:
            stored += await self._library.store_texts(holder, list(batch.texts.values()), source=connection.type)
        back = [one.external_id for one in stored if _status_of(before.get(one.external_id)) == "hidden"]
        await self._library.unhide(holder, back)
        deleted = await self._library.delete_external(holder, batch.gone)
        rows = {name: _named(connection, name, before.get(name), now) for name in last}
        await self._ledger.put(_rows(rows, before, batch, stored))
        skipped = sum(failure.skipped for failure in batch.refused.values())
        unchanged = sum(one.outcome == "unchanged" for one in stored)
        return Counts(
            seen=len(stored) + len(batch.refused),
            indexed=len(stored) - unchanged,
            unchanged=unchanged,
            skipped=skipped,
            failed=len(batch.refused) - skipped,
            deleted=deleted,
        )

    async def _sorted(self, connection: Connection, last: Mapping[str, ItemEvent]) -> _Sorted:
        batch = _Sorted()
        try:
            for name, event in last.items():
                match event:
                    case Delete():
                        batch.gone.append(name)
                    case ItemFailure():
                        batch.refused[name] = event
                    case Upsert(item=item, access=access):
                        try:
                            if isinstance(item, TextItem):
                                batch.texts[name] = self._text(connection, item, access)
                            else:
                                batch.files[name] = await self._file(connection, item, access)
                        except _TooLarge as size:
                            message = f"This item is too large to be read: {size}."
                            batch.refused[name] = ItemFailure(name, item.title, "too_large", message, skipped=True)
        except BaseException:
            self._blobs.abandon([file.digest for file in batch.files.values()])
            raise
        return batch

    def _text(self, connection: Connection, item: TextItem, access: Access) -> TextItem:
        text = clean_text(item.text)
        if len(text) > self._limits.max_text_chars:
            raise _TooLarge(f"{len(text):,} characters, and at most {self._limits.max_text_chars:,} are taken")
        return replace(item, text=text, access=principals(connection, access))

    async def _file(self, connection: Connection, item: SourceFile, access: Access) -> FileItem:
        writer = self._blobs.writer()
        try:
            async for piece in item.read():
                if writer.size_bytes + len(piece) > self._limits.max_file_bytes:
                    raise _TooLarge(f"more than {self._limits.max_file_bytes:,} bytes")
                writer.write(piece)
            digest = await writer.finish()
        except BaseException:
            writer.abort()
            raise
        return FileItem(
            external_id=item.external_id,
            filename=clean_name(item.filename),
            digest=digest,
            size_bytes=writer.size_bytes,
            mime=item.mime,
            title=item.title,
            url=item.url,
            author=item.author,
            modified_at=item.modified_at,
            access=principals(connection, access),
            tags=item.tags,
            path=item.path,
            parent=item.parent,
            people=item.people,
            revision=item.revision,
        )


def principals(connection: Connection, access: Access) -> frozenset[str]:
    """The access list of an item. What the source did not tell completely is seen by whoever connected it alone."""
    if not access.complete:
        return frozenset({user_principal(connection.owner_id)})
    everybody = {WORKSPACE} if access.everybody else set()
    people = {mail_principal(address) for address in access.people}
    groups = {source_principal(connection.id, group) for group in access.groups}
    return frozenset(everybody | people | groups)


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


def _rows(rows: dict[str, Item], before: Mapping[str, Item], batch: _Sorted, stored: Sequence[Stored]) -> list[Item]:
    """The rows with what became of their items. Of what was never here and is gone already there is none."""
    items: dict[str, TextItem | FileItem] = {**batch.texts, **batch.files}
    for one in stored:
        taken = {"title": items[one.external_id].title, "status": "indexed", "document_id": one.id, "reason": None}
        rows[one.external_id] = rows[one.external_id].model_copy(update=taken)
    for name, failure in batch.refused.items():
        reason = Reason(code=failure.code, message=failure.message)
        status = "skipped" if failure.skipped else "failed"
        refused = {"title": failure.title or rows[name].title, "status": status, "reason": reason}
        rows[name] = rows[name].model_copy(update=refused)
    for name in batch.gone:
        gone = {"status": "deleted", "reason": None, "document_id": None}
        rows[name] = rows[name].model_copy(update=gone)
    return [row for name, row in rows.items() if name in before or name not in batch.gone]


def _status_of(row: Item | None) -> ItemStatus | None:
    return row.status if row else None


def _id_of(event: ItemEvent) -> str:
    return event.item.external_id if isinstance(event, Upsert) else event.external_id
