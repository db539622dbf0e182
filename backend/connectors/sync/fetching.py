"""Turns a batch of a source's events into what the library takes: items read, files in the blob store, and the rest."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

import structlog

from backend.access import WORKSPACE, mail_principal, person_group, source_principal, untold_principal
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
from backend.connectors.sync.people import handle_of
from backend.documents.blobs import BlobStore
from backend.documents.incoming import FileItem, TextItem, clean_name, clean_text, parse_url
from backend.errors import BibliosError, SourceError, SourceRefused
from backend.settings import UploadSettings

log = structlog.get_logger(__name__)

#: What needs no reading while its revision is the one that was read.
_KNOWN = frozenset({"processing", "indexed", "hidden", "skipped"})


class _TooLarge(Exception):
    """An item that the library does not take; the text says how large it is."""


@dataclass(slots=True)
class Fetched:
    """A batch by what is to be done with it, by external id.

    `access` are the lists of items whose content is here already, `known` those of them that were named with their
    revision, `paths` where these lie now, as far as that was said, `revisions` those of items that were read now,
    `wholes` what parts came with, `mentioned` what reading has named. `ended_by`: what kept the rest from being read.
    """

    texts: dict[str, TextItem] = field(default_factory=dict)
    files: dict[str, FileItem] = field(default_factory=dict)
    refused: dict[str, ItemFailure] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    access: dict[str, frozenset[str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
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
        waiting: list[Upsert | Deferred] = []
        for event in events.values():
            if is_to_be_read(event, before):
                waiting.append(event)
            else:
                _settle(connection, event, before, batch)
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
            if is_to_be_read(part, before):
                await self._read(connection, part, before, batch)
            else:
                _settle(connection, part, before, batch)

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
    """The access list of an item. What the source did not tell completely is seen by whoever connected it alone, or by
    whose account it is, and carries the mark that it was narrowed.
    """
    owner = source_principal(connection.id, OWNER_GROUP)
    if not access.complete:
        alone = _people(connection, (access.account,)) if access.account else {owner}
        return frozenset(alone | {untold_principal(connection.id)})
    everybody = {WORKSPACE} if access.everybody else set()
    people = _people(connection, access.people)
    groups = {source_principal(connection.id, group) for group in access.groups}
    return frozenset(everybody | people | groups | ({owner} if access.owner else set()))


def _people(connection: Connection, people: Iterable[str]) -> set[str]:
    """By their addresses and, for whom an administrator matches by hand, as people of this connection alone."""
    found = {mail_principal(person) for person in people if "@" in person}
    if connection.mode == "workspace":
        found |= {source_principal(connection.id, person_group(handle_of(person))) for person in people}
    return found


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


def is_to_be_read(event: ItemEvent, before: Known) -> TypeGuard[Upsert | Deferred]:
    """Whether an item is handed over, or to be asked for, and not only named."""
    if not isinstance(event, Deferred):
        return isinstance(event, Upsert)
    row = before.rows.get(event.external_id)
    if row is None or not _is_known(row) or row.revision != event.revision:
        return True
    return any(not _is_known(part) or part.revision is None for part in before.parts_of(event.external_id))


def _settle(connection: Connection, event: ItemEvent, before: Known, batch: Fetched) -> None:
    """What an event says for which nothing is to be read."""
    access: frozenset[str] | None = None
    name = external_id_of(event)
    match event:
        case Delete():
            batch.gone.append(name)
        case ItemFailure():
            batch.refused[name] = event
        case AccessChanged():
            access = batch.access[name] = principals(connection, event.access)
            batch.access.update({part.external_id: access for part in before.parts_of(name)})
            return
        case Deferred():
            access = batch.access[name] = principals(connection, event.access)
            batch.known.append(name)
            if event.path is not None:
                batch.paths[name] = event.path
    _go_with(name, isinstance(event, Delete), access, before, batch)


def _is_known(row: Item) -> bool:
    return row.status in _KNOWN or row.unreadable


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
