"""A source in memory that can be connected, so that only the product's own work is measured."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import partial

from backend.connectors.base import Account, Source
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.source_events import (
    Access,
    Checkpoint,
    Cursor,
    Deferred,
    GroupMembers,
    ListingBegins,
    ListingEnds,
    SyncEvent,
)
from backend.documents.incoming import TextItem
from scripts.bench.corpus import make_documents

_TEXTS = 500


class BenchCursor(Cursor):
    page: int | None = None


@dataclass(slots=True)
class Service:
    """`items` short conversations, named in pages of `page`; `readers` is who may open each of them.

    `groups`: each item is open to one of so many, and `member` belongs to the first `memberships` of them. Each call
    takes `wait_seconds`; `parallel` items are fetched at once. `calls` and `fetched` count over all connections.
    """

    items: int
    readers: str = "ada@example.com"
    page: int = 100
    groups: int = 0
    memberships: int = 0
    member: str = ""
    wait_seconds: float = 0.0
    parallel: int = 4
    calls: int = 0
    fetched: int = 0
    texts: list[str] = field(default_factory=lambda: [one.text for one in make_documents(_TEXTS, seed=7)])

    def manifest(self) -> Manifest:
        return Manifest(
            slug="bench",
            name="Bench",
            icon="timer",
            scopes=(),
            credentials=("token",),
            modes=("workspace",),
            rights=(),
            cursor=BenchCursor,
            open=lambda setup: BenchSource(self, setup),
            parallel=self.parallel,
        )


class BenchSource(Source):
    def __init__(self, service: Service, setup: Setup) -> None:
        self._service = service
        self._calls = setup.calls

    async def check(self) -> Account:
        return Account("bench", "Bench")

    async def close(self) -> None:
        return

    async def sync(self, cursor: BenchCursor | None) -> AsyncGenerator[SyncEvent]:
        await self._call()
        if cursor is not None and cursor.page is None:
            yield Checkpoint(cursor)
            return
        if cursor is None:
            yield ListingBegins(self._service.items)
        for start in range(cursor.page or 0 if cursor else 0, self._service.items, self._service.page):
            await self._call()
            for number in range(start, min(start + self._service.page, self._service.items)):
                yield Deferred(f"item-{number}", "1", self._access(number), partial(self._fetch, number), chars=1_000)
            yield Checkpoint(BenchCursor(page=start + self._service.page))
        yield ListingEnds(complete=True)
        yield Checkpoint(BenchCursor())

    async def _fetch(self, number: int) -> TextItem:
        await self._call()
        self._service.fetched += 1
        texts = self._service.texts
        text = f"{number}\n{texts[number % len(texts)][:1_000]}"
        return TextItem(external_id=f"item-{number}", title=f"Conversation {number}", text=text)

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        service = self._service
        for number in range(service.groups):
            people = {service.member} if number < service.memberships else set()
            yield GroupMembers(f"group:{number}", frozenset(people))

    def _access(self, number: int) -> Access:
        service = self._service
        if service.groups:
            return Access(groups=frozenset({f"group:{number % service.groups}"}))
        return Access(people=frozenset({service.readers}))

    async def _call(self) -> None:
        self._calls.count += 1
        self._service.calls += 1
        if self._service.wait_seconds:
            await asyncio.sleep(self._service.wait_seconds)
