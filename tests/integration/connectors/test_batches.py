"""What a batch costs, counted: looks into the database, and who sees what while items are still being read."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.access import Caller, mail_principal
from backend.connectors.base import Account, Source
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.models import Connection, Item
from backend.connectors.registry import Registry
from backend.connectors.service import Connecting
from backend.connectors.source_events import Access, Checkpoint, Cursor, Deferred, ListingBegins, ListingEnds, SyncEvent
from backend.connectors.sync.ledger import Ledger
from backend.container import Container
from backend.db.collection import Record
from backend.documents.incoming import TextItem
from backend.documents.inside import ACCESS_FIELDS
from backend.documents.repository import DocumentQuery, DocumentRepository
from backend.ids import new_id
from backend.oauth.grants import GrantRepository
from backend.oauth.tokens import TokenSet
from tests.support.app import settings_for

BEN = Caller("ben", frozenset({mail_principal("ben@example.com")}))


class ShelfCursor(Cursor):
    pass


@dataclass(slots=True)
class Shelf(Source):
    """A source of one page. `readers` and `revisions` by item; `reading` is called before an item is read."""

    readers: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, str] = field(default_factory=dict)
    reading: Callable[[str], Awaitable[None]] | None = None
    setup: Setup | None = None

    def put(self, ids: Iterable[str], *, reader: str) -> None:
        for id_ in ids:
            self.readers[id_] = reader
            self.revisions[id_] = "1"

    def opened(self, setup: Setup) -> Source:
        self.setup = setup
        return self

    async def check(self) -> Account:
        return Account("shelf", "Shelf")

    async def close(self) -> None:
        return

    async def sync(self, cursor: ShelfCursor | None) -> AsyncGenerator[SyncEvent]:
        yield ListingBegins()
        for id_, reader in self.readers.items():
            access = Access(people=frozenset({reader}))
            yield Deferred(id_, self.revisions[id_], access, partial(self._read, id_), chars=100)
        yield ListingEnds(complete=True)
        yield Checkpoint(ShelfCursor())

    async def _read(self, id_: str) -> TextItem:
        assert self.setup is not None
        await self.setup.credential.access_token()
        if self.reading is not None:
            await self.reading(id_)
        return TextItem(external_id=id_, title=f"Item {id_}", text=f"Words of {id_}, revision {self.revisions[id_]}.")


@dataclass(slots=True)
class Place:
    container: Container
    shelf: Shelf
    connection: Connection

    async def synced(self) -> None:
        await self.container.connectors.connections.sync_now(self.connection)
        await self.container.connectors.runner.run(self.connection.id)

    async def seen(self) -> set[str]:
        rows, _ = await self.container.library.page(BEN, DocumentQuery(), limit=500)
        return {row["external_id"] for row in rows}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    shelf = Shelf()
    manifest = Manifest(
        slug="shelf",
        name="Shelf",
        icon="note",
        scopes=(),
        credentials=("token",),
        modes=("workspace",),
        rights=(),
        cursor=ShelfCursor,
        open=shelf.opened,
    )
    async with Container(settings_for(tmp_path), works=False, connectors=Registry([manifest])) as container:
        wanted = Connecting("shelf", "workspace", None, "token", SecretStr("a token"), {})
        made = await container.connectors.connections.connect(Caller.of(new_id()), wanted, is_admin=True)
        yield Place(container, shelf, made)


async def test_items_that_are_only_named_share_their_look_ups_and_commits(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.shelf.put([f"{number:03}" for number in range(400)], reader="ada@example.com")
    await place.synced()
    put, many = Ledger.put, DocumentRepository.unscoped_many
    written: list[int] = []
    looked: list[Sequence[str]] = []

    async def counted(self: Ledger, items: Iterable[Item]) -> None:
        rows = list(items)
        written.append(len(rows))
        await put(self, rows)

    async def asked(self: DocumentRepository, ids: Iterable[str], fields: Sequence[str] | None = None) -> list[Record]:
        known = list(ids)
        if fields == ACCESS_FIELDS:
            looked.append(known)
        return await many(self, known, fields)

    place.shelf.put(place.shelf.readers, reader="ben@example.com")
    monkeypatch.setattr(Ledger, "put", counted)
    monkeypatch.setattr(DocumentRepository, "unscoped_many", asked)
    await place.synced()
    assert written[0] == 400
    assert looked == [], "nothing lies inside these, so their heads are not read a second time"
    assert len(await place.seen()) == 400


async def test_whoever_lost_access_sees_nothing_while_other_items_are_still_being_read(place: Place) -> None:
    ids = [f"{number:03}" for number in range(200)]
    place.shelf.put(ids, reader="ben@example.com")
    await place.synced()
    assert await place.seen() == set(ids)
    seen: list[set[str]] = []

    async def look(_: str) -> None:
        seen.append(await place.seen())

    for id_ in ids[:120]:
        place.shelf.revisions[id_] = "2"
    for id_ in ids[120:]:
        place.shelf.readers[id_] = "ada@example.com"
    place.shelf.reading = look
    await place.synced()
    assert len(seen) == 120
    assert all(one == set(ids[:120]) for one in seen)


async def test_a_token_is_looked_up_once_for_many_items(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    load, loaded = GrantRepository.load, 0

    async def counted(self: GrantRepository, name: str) -> TokenSet:
        nonlocal loaded
        loaded += 1
        return await load(self, name)

    place.shelf.put([f"{number:03}" for number in range(60)], reader="ben@example.com")
    monkeypatch.setattr(GrantRepository, "load", counted)
    await place.synced()
    assert loaded == 1
