"""What synchronising costs beside encoding: a source in memory, so that only the product's own work is measured."""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
from pydantic import SecretStr

from backend.access import Caller
from backend.connectors.base import Account, Source
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.models import Connection
from backend.connectors.registry import Registry
from backend.connectors.service import Connecting
from backend.connectors.source_events import Access, Checkpoint, Cursor, Deferred, ListingBegins, ListingEnds, SyncEvent
from backend.container import Container
from backend.documents.incoming import TextItem
from backend.ids import new_id
from backend.settings import Settings
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure

_PAGE = 100
_TEXTS = 500


class BenchCursor(Cursor):
    page: int | None = None


@dataclass(slots=True)
class Service:
    """`items` short conversations, named in pages; `readers` is who may open each of them."""

    items: int
    readers: str = "ada@example.com"
    calls: int = 0
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
        self._call()
        if cursor is not None and cursor.page is None:
            yield Checkpoint(cursor)
            return
        if cursor is None:
            yield ListingBegins(self._service.items)
        for start in range(cursor.page or 0 if cursor else 0, self._service.items, _PAGE):
            self._call()
            for number in range(start, min(start + _PAGE, self._service.items)):
                access = Access(people=frozenset({self._service.readers}))
                yield Deferred(f"item-{number}", "1", access, partial(self._fetch, number), chars=1_000)
            yield Checkpoint(BenchCursor(page=start + _PAGE))
        yield ListingEnds(complete=True)
        yield Checkpoint(BenchCursor())

    async def _fetch(self, number: int) -> TextItem:
        self._call()
        texts = self._service.texts
        text = f"{number}\n{texts[number % len(texts)][:1_000]}"
        return TextItem(external_id=f"item-{number}", title=f"Conversation {number}", text=text)

    def _call(self) -> None:
        self._calls.count += 1
        self._service.calls += 1


@dataclass(slots=True)
class Spent:
    seconds: float = 0.0
    processor: float = 0.0
    calls: int = 0


def first_synchronisation(workdir: Path) -> list[Figure]:
    return asyncio.run(_costs(workdir / "connections", items=10_000))


def memory(workdir: Path) -> list[Figure]:
    return asyncio.run(_memory(workdir / "connections-50k", items=50_000))


async def _costs(data_dir: Path, *, items: int) -> list[Figure]:
    service = Service(items)
    async with _server(data_dir, service) as container:
        made = await _connect(container)
        with _spent(service) as first:
            await _synchronised(container, made)
        with _spent(service) as again:
            await _synchronised(container, made)
        service.readers = "ben@example.com"
        await container.connectors.connections.sync_now(made, everything=True)
        with _spent(service) as shared:
            await _synchronised(container, made, asked=True)
    per_item = first.processor / items * 1000
    return [
        Figure(
            "first synchronisation: own processor time an item, beside encoding", per_item, "ms", 2, "at_most",
            f"{items:,} items of 1,000 characters in {first.seconds:.1f} s",
        ),
        Figure(
            f"synchronisation with nothing new, {items:,} items", again.seconds, "s", 2, "at_most",
            f"{again.calls} calls",
        ),
        Figure(
            f"{items:,} documents shared again at once", shared.seconds, "s", 3, "at_most",
            f"{shared.calls} calls, {shared.processor:.1f} s of processor time",
        ),
    ]  # fmt: skip


async def _memory(data_dir: Path, *, items: int) -> list[Figure]:
    service = Service(items)
    async with _server(data_dir, service) as container:
        made = await _connect(container)
        process = psutil.Process()
        gc.collect()
        idle = process.memory_info().rss
        highest = idle

        async def watch() -> None:
            nonlocal highest
            while True:
                highest = max(highest, process.memory_info().rss)
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watch())
        try:
            await _synchronised(container, made)
        finally:
            watching.cancel()
    note = f"idle {idle / 2**20:.0f} MB"
    return [
        Figure(
            f"first synchronisation of {items:,} items: memory above idle",
            (highest - idle) / 2**20,
            "MB",
            150,
            "at_most",
            note,
        )
    ]


def _server(data_dir: Path, service: Service) -> Container:
    """Nothing is encoded here: jobs are left to somebody who is not there."""
    data_dir.mkdir()
    settings = Settings(_env_file=None, data_dir=data_dir)
    return Container(settings, works=False, connectors=Registry([service.manifest()]))


async def _connect(container: Container) -> Connection:
    wanted = Connecting("bench", "workspace", None, "token", SecretStr("bench"), {})
    return await container.connectors.connections.connect(Caller.of(new_id()), wanted, is_admin=True)


async def _synchronised(container: Container, connection: Connection, *, asked: bool = False) -> None:
    """One whole run, slice after slice."""
    connections = container.connectors.connections
    if not asked:
        await connections.sync_now(connection)
    caller = Caller.of(connection.owner_id)
    while True:
        await container.connectors.runner.run(connection.id)
        found = await connections.get(caller, connection.id, is_admin=True)
        if str(found.status) == "ready":
            return
        if str(found.status) != "syncing":
            raise RuntimeError(f"the synchronisation ended as {found.status}: {found.status_reason}")


@contextmanager
def _spent(service: Service) -> Iterator[Spent]:
    spent = Spent()
    calls, processor, started = service.calls, time.process_time(), time.perf_counter()
    yield spent
    spent.seconds = time.perf_counter() - started
    spent.processor = time.process_time() - processor
    spent.calls = service.calls - calls
