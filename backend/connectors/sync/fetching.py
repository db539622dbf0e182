"""Turns a batch of a source's events into what the library takes: items read, files in the blob store, and the rest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from backend.access import WORKSPACE, mail_principal, source_principal
from backend.connectors.models import Connection, Item
from backend.connectors.source_events import (
    Access,
    AccessChanged,
    Deferred,
    Delete,
    ItemEvent,
    ItemFailure,
    SourceFile,
    Upsert,
    Whole,
)
from backend.connectors.sync.memberships import OWNER_GROUP
from backend.documents.blobs import BlobStore
from backend.documents.incoming import FileItem, TextItem, clean_name, clean_text, parse_url
from backend.errors import BibliosError, SourceError, SourceRefused
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
    revision, `revisions` those of items that were read now, `wholes` what parts came with, `mentioned` what reading has
    named. `ended_by`: what kept the rest from being read.
    """

    texts: dict[str, TextItem] = field(default_factory=dict)
    files: dict[str, FileItem] = field(default_factory=dict)
    refused: dict[str, ItemFailure] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    access: dict[str, frozenset[str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    revisions: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    ended_by: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is here of a batch before it is read: rows by external id, and those of parts by what they came with."""

    rows: Mapping[str, Item]
    parts: Mapping[str, Sequence[Item]]

    def parts_of(self, whole: str) -> Sequence[Item]:
        return self.parts.get(whole, ())


class Fetching:
    """Reads what a batch names, several items at once. What one item does wrong ends that item alone."""

    def __init__(self, blobs: BlobStore, limits: UploadSettings) -> None:
        self._blobs = blobs
        self._limits = limits

    async def fetch(
        self, connection: Connection, events: Mapping[str, ItemEvent], before: Known, *, parallel: int
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
                    await self._read(connection, event, before, batch)
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

    async def _read(self, connection: Connection, event: Upsert | Deferred, before: Known, batch: Fetched) -> None:
        name = external_id_of(event)
        access = principals(connection, event.access)
        try:
            found = event.item if isinstance(event, Upsert) else await event.fetch()
            if isinstance(found, Whole):
                batch.mentioned |= found.mentions
                # First, so that the item counts as read only when all of it was.
                await self._read_parts(connection, name, found.parts, before, batch)
            else:
                _go_with(name, isinstance(found, Delete), access, before, batch)
            item = found.item if isinstance(found, Whole) else found
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
        except SourceRefused as refusal:
            batch.refused[name] = ItemFailure(name, None, "refused", refusal.message)
            return
        except (BibliosError, OSError):
            raise
        except Exception:
            log.exception("item_not_understood", external_id=name)
            message = "The source gave something that could not be understood. The other items are not affected."
            batch.refused[name] = ItemFailure(name, None, "not_understood", message)
            return
        if (revision := event.revision if isinstance(event, Deferred) else _revision_of(item)) is not None:
            batch.revisions[name] = revision

    async def _read_parts(
        self, connection: Connection, whole: str, parts: tuple[Deferred, ...], before: Known, batch: Fetched
    ) -> None:
        named = {part.external_id for part in parts}
        batch.gone.extend(row.external_id for row in before.parts_of(whole) if row.external_id not in named)
        for part in parts:
            batch.wholes[part.external_id] = whole
            if not _is_settled(connection, part, before, batch):
                await self._read(connection, part, before, batch)

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
            same_as=item.same_as,
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


def _is_settled(connection: Connection, event: ItemEvent, before: Known, batch: Fetched) -> bool:
    """Whether nothing is to be read for this event; it is in the batch then."""
    access: frozenset[str] | None = None
    match event:
        case Delete(external_id=name):
            batch.gone.append(name)
        case ItemFailure(external_id=name):
            batch.refused[name] = event
        case AccessChanged(external_id=name):
            access = batch.access[name] = principals(connection, event.access)
            batch.access.update({part.external_id: access for part in before.parts_of(name)})
            return True
        case Deferred(external_id=name, revision=revision):
            row = before.rows.get(name)
            if row is None or row.status not in _KNOWN or row.revision != revision:
                return False
            if any(part.status not in _KNOWN or part.revision is None for part in before.parts_of(name)):
                return False
            access = batch.access[name] = principals(connection, event.access)
            batch.known.append(name)
        case Upsert():
            return False
    _go_with(name, isinstance(event, Delete), access, before, batch)
    return True


def _go_with(whole: str, gone: bool, access: frozenset[str] | None, before: Known, batch: Fetched) -> None:
    """What came with an item that was not read as a `Whole` now: gone with it, or named with it."""
    names = [row.external_id for row in before.parts_of(whole)]
    if gone:
        batch.gone.extend(names)
        return
    batch.known.extend(names)
    if access is not None:
        batch.access.update(dict.fromkeys(names, access))


def _revision_of(item: TextItem | SourceFile | Delete | ItemFailure) -> str | None:
    return item.revision if isinstance(item, TextItem | SourceFile) else None


def _address(url: str | None) -> str | None:
    """None for what nobody should click on."""
    try:
        return url and parse_url(url)
    except ValueError:
        return None
