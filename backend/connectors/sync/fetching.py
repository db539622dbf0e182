"""Turns a batch of a source's events into what the library takes: items read, files in the blob store, and the rest."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from backend.access import WORKSPACE, mail_principal, source_principal
from backend.connectors.base import (
    Access,
    AccessChanged,
    Deferred,
    Delete,
    ItemEvent,
    ItemFailure,
    Mentions,
    SourceFile,
    Upsert,
)
from backend.connectors.models import Connection, Item
from backend.connectors.sync.memberships import OWNER_GROUP
from backend.documents.blobs import BlobStore
from backend.documents.incoming import FileItem, TextItem, clean_name, clean_text, parse_url
from backend.errors import BibliosError, SourceError
from backend.settings import UploadSettings

log = structlog.get_logger(__name__)

#: What needs no reading while its revision is the one that was read.
_KNOWN = frozenset({"indexed", "hidden", "skipped"})


class _TooLarge(Exception):
    """An item that the library does not take; the text says how large it is."""


@dataclass(slots=True)
class Fetched:
    """A batch by what is to be done with it, by external id.

    `access` are the lists of items whose content is here already, `known` those of them that were named with their
    revision, `revisions` those of items that were read now, `mentioned` what reading them has named. `ended_by`: what
    kept the rest from being read.
    """

    texts: dict[str, TextItem] = field(default_factory=dict)
    files: dict[str, FileItem] = field(default_factory=dict)
    refused: dict[str, ItemFailure] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    access: dict[str, frozenset[str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    revisions: dict[str, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    ended_by: SourceError | None = None


class Fetching:
    """Reads what a batch names, several items at once. What one item does wrong ends that item alone."""

    def __init__(self, blobs: BlobStore, limits: UploadSettings) -> None:
        self._blobs = blobs
        self._limits = limits

    async def fetch(
        self, connection: Connection, events: Mapping[str, ItemEvent], before: Mapping[str, Item], *, parallel: int
    ) -> Fetched:
        """The batch, as far as the source gave it: after a `SourceError` no other item is begun."""
        batch = Fetched()
        waiting = [
            event
            for event in events.values()
            if not _is_settled(connection, event, before, batch) and isinstance(event, Upsert | Deferred)
        ]
        queue = iter(waiting)

        async def work() -> None:
            for event in queue:
                if batch.ended_by is not None:
                    return
                try:
                    await self._read(connection, event, batch)
                except SourceError as error:
                    batch.ended_by = error

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(parallel, len(waiting))):
                    group.create_task(work())
        except BaseException as error:
            self._blobs.abandon([file.digest for file in batch.files.values()])
            if isinstance(error, BaseExceptionGroup):
                raise error.exceptions[0] from None
            raise
        return batch

    async def _read(self, connection: Connection, event: Upsert | Deferred, batch: Fetched) -> None:
        name = external_id_of(event)
        access = principals(connection, event.access)
        try:
            item = event.item if isinstance(event, Upsert) else await event.fetch()
            if isinstance(item, Mentions):
                batch.mentioned |= item.others
                item = item.item
            match item:
                case TextItem():
                    batch.texts[name] = self._text(replace(item, external_id=name), access)
                case SourceFile():
                    batch.files[name] = await self._file(replace(item, external_id=name), access)
                case Delete():
                    batch.gone.append(name)
                    return
                case ItemFailure():
                    batch.refused[name] = item
        except _TooLarge as size:
            message = f"This item is too large to be read: {size}."
            batch.refused[name] = ItemFailure(name, None, "too_large", message, skipped=True)
        except (BibliosError, OSError):
            raise
        except Exception:
            log.exception("item_not_understood", external_id=name)
            message = "The source gave something that could not be understood. The other items are not affected."
            batch.refused[name] = ItemFailure(name, None, "not_understood", message)
            return
        if (revision := event.revision if isinstance(event, Deferred) else _revision_of(item)) is not None:
            batch.revisions[name] = revision

    def _text(self, item: TextItem, access: frozenset[str]) -> TextItem:
        text = clean_text(item.text)
        if len(text) > self._limits.max_text_chars:
            raise _TooLarge(f"{len(text):,} characters, and at most {self._limits.max_text_chars:,} are taken")
        return replace(item, text=text, url=_address(item.url), access=access)

    async def _file(self, item: SourceFile, access: frozenset[str]) -> FileItem:
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
            url=_address(item.url),
            author=item.author,
            modified_at=item.modified_at,
            access=access,
            tags=item.tags,
            path=item.path,
            parent=item.parent,
            people=item.people,
            revision=item.revision,
        )


def principals(connection: Connection, access: Access) -> frozenset[str]:
    """The access list of an item. What the source did not tell completely is seen by whoever connected it alone."""
    owner = source_principal(connection.id, OWNER_GROUP)
    if not access.complete:
        return frozenset({owner})
    everybody = {WORKSPACE} if access.everybody else set()
    people = {mail_principal(address) for address in access.people if "@" in address}
    groups = {source_principal(connection.id, group) for group in access.groups}
    return frozenset(everybody | people | groups | ({owner} if access.owner else set()))


def external_id_of(event: ItemEvent) -> str:
    return event.item.external_id if isinstance(event, Upsert) else event.external_id


def last_of_each(events: list[ItemEvent]) -> dict[str, ItemEvent]:
    """Of several events of one item the last one counts; a change of access keeps what was said of the content."""
    last: dict[str, ItemEvent] = {}
    for event in events:
        name = external_id_of(event)
        before = last.get(name)
        if isinstance(event, AccessChanged) and before is not None:
            if isinstance(before, Upsert | Deferred | AccessChanged):
                last[name] = replace(before, access=event.access)
            continue
        last[name] = event
    return last


def _is_settled(connection: Connection, event: ItemEvent, before: Mapping[str, Item], batch: Fetched) -> bool:
    """Whether nothing is to be read for this event; it is in the batch then."""
    row = before.get(external_id_of(event))
    match event:
        case Delete(external_id=name):
            batch.gone.append(name)
        case ItemFailure(external_id=name):
            batch.refused[name] = event
        case AccessChanged(external_id=name, access=access):
            batch.access[name] = principals(connection, access)
        case Deferred(external_id=name, revision=revision, access=access):
            if row is None or row.status not in _KNOWN or row.revision != revision:
                return False
            batch.access[name] = principals(connection, access)
            batch.known.append(name)
        case Upsert():
            return False
    return True


def _revision_of(item: object) -> str | None:
    return item.revision if isinstance(item, TextItem | SourceFile) else None


def _address(url: str | None) -> str | None:
    """None for what nobody should click on."""
    try:
        return url and parse_url(url)
    except ValueError:
        return None
