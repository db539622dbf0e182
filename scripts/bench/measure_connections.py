"""What synchronising costs beside encoding: a source in memory, so that only the product's own work is measured."""

import asyncio
import gc
import time
from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from backend.access import Caller
from backend.connectors.models import Connection
from backend.connectors.registry import Registry
from backend.connectors.service import Connecting
from backend.container import Container
from backend.ids import new_id
from backend.settings import Settings
from scripts.bench.connected import Installation, installation, stub_encoder
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure
from scripts.bench.load import run_load
from scripts.bench.measure_search import search_paths
from scripts.bench.memory_source import Service

_MEGABYTE = 2**20
_SEARCHES = 400


@dataclass(slots=True)
class Spent:
    seconds: float = 0.0
    processor: float = 0.0
    calls: int = 0


@dataclass(slots=True)
class Steps:
    """The longest step of the event loop, in seconds of this thread's processor time: what else runs does not count."""

    longest: float = 0.0


@contextmanager
def _steps() -> Iterator[Steps]:
    steps, run = Steps(), events.Handle._run

    def timed(self: events.Handle) -> None:
        started = time.thread_time()
        run(self)
        steps.longest = max(steps.longest, time.thread_time() - started)

    events.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield steps
    finally:
        events.Handle._run = run  # type: ignore[method-assign]


def first_synchronisation(workdir: Path) -> list[Figure]:
    return asyncio.run(_costs(workdir / "connections", items=10_000))


def memory(workdir: Path, items: int = 50_000) -> list[Figure]:
    """With everything that is indexed, and the synchronisation alone."""
    return [*asyncio.run(_memory(workdir / "alone", items)), *asyncio.run(_memory_indexed(workdir / "indexed", items))]


def beside(workdir: Path, items: int = 50_000) -> list[Figure]:
    """One person's search, idle and while another's first synchronisation runs, with the real encoder."""
    return asyncio.run(_beside(workdir / "beside", items))


def three_connections(workdir: Path, items: int = 3_500) -> list[Figure]:
    """Somebody with three connections and 500 principals searches."""
    return asyncio.run(_three(workdir / "three", items))


async def _costs(data_dir: Path, *, items: int) -> list[Figure]:
    service = Service(items)
    async with _server(data_dir, service) as container:
        made = await _connect(container)
        with _spent(service) as first, _steps() as steps:
            await _synchronised(container, made)
        with _spent(service) as again:
            await _synchronised(container, made)
        service.readers, service.page = "ben@example.com", 1_000  # as Slack and Drive name them
        await container.connectors.connections.sync_now(made, everything=True)
        with _spent(service) as shared:
            await _synchronised(container, made, asked=True)
    per_item = first.processor / items * 1000
    return [
        Figure(
            "first synchronisation: own processor time an item, beside encoding", per_item, "ms", 2, "at_most",
            f"{items:,} items of 1,000 characters in {first.seconds:.1f} s",
        ),
        Figure("… longest step of the event loop", steps.longest * 1000, "ms", 50, "at_most", "processor time"),
        Figure(
            f"synchronisation with nothing new, {items:,} items", again.seconds, "s", 2, "at_most",
            f"{again.calls} calls",
        ),
        Figure(
            f"{items:,} documents shared again at once", shared.seconds, "s", 3, "at_most",
            f"{shared.calls} calls, {shared.processor:.1f} s of processor time",
        ),
    ]  # fmt: skip


async def _memory(data_dir: Path, items: int) -> list[Figure]:
    service = Service(items)
    async with _server(data_dir, service) as container:
        made = await _connect(container)
        with _watched() as watched:
            watching = asyncio.create_task(watched.run())
            await _synchronised(container, made)
            watching.cancel()
    name = f"first synchronisation of {items:,} items, indexed elsewhere: memory above idle"
    return [Figure(name, watched.above, "MB", 150, "at_most", f"idle {watched.idle:.0f} MB")]


async def _memory_indexed(folder: Path, items: int) -> list[Figure]:
    service = Service(items)
    with stub_encoder():
        async with installation(folder, registry=Registry([service.manifest()])) as here:
            await here.warmed()
            with _watched() as watched:
                watching = asyncio.create_task(watched.run())
                made = await here.connect_with(_BODY)
                await here.ended(made, poll_seconds=1)
                await here.indexed(made)
                watching.cancel()
            await asyncio.sleep(5)
            gc.collect()
            stays = psutil.Process().memory_info().rss / _MEGABYTE - watched.idle
    name = "… indexed here as well: memory above idle"
    note = f"idle {watched.idle:.0f} MB; {stays:.0f} MB stay, the indexes of {items:,} documents among them"
    return [
        Figure(name, watched.above, "MB", note=note),
        Figure("… without what stays", watched.above - stays, "MB", 150, "at_most"),
    ]


@dataclass(slots=True)
class _Watched:
    """Resident memory in MB: before, and the most of it since."""

    idle: float
    highest: float

    @property
    def above(self) -> float:
        return self.highest - self.idle

    async def run(self) -> None:
        while True:
            self.highest = max(self.highest, psutil.Process().memory_info().rss / _MEGABYTE)
            await asyncio.sleep(0.1)


@contextmanager
def _watched() -> Iterator[_Watched]:
    gc.collect()
    now = psutil.Process().memory_info().rss / _MEGABYTE
    yield _Watched(now, now)


_BODY: dict[str, Any] = {"type": "bench", "mode": "workspace", "credentials": {"token": "bench"}, "options": {}}


async def _beside(folder: Path, items: int) -> list[Figure]:
    registry = Registry([Service(items).manifest()])
    async with installation(folder, registry=registry) as here:
        await here.warmed()
        texts = [one.as_item() for one in make_documents(300, seed=3)]
        (await here.ben.call("POST", "/documents/text", json={"items": texts})).raise_for_status()
        while (await here.ben.call("GET", "/documents/stats")).json()["by_status"]["indexed"] < len(texts):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        idle = await _searches(here, 31)
        made = await here.connect_with(_BODY)
        while await here.count(made, "indexed") < 100:  # noqa: ASYNC110 - as a person would
            await asyncio.sleep(0.1)
        busy = await _searches(here, 32)
        still = await here.count(made, "queued") > 0
    note = f"idle {idle:.1f} ms, busy {busy:.1f} ms" + ("" if still else "; it ended early")
    name = f"search p95 while another's first synchronisation of {items:,} items runs ÷ idle"
    return [Figure(name, busy / idle if still else None, "×", 3, "at_most", note)]


async def _searches(here: Installation, seed: int) -> float:
    """The p95 in milliseconds of one client of Ben's."""
    port = int(here.url.rpartition(":")[2])
    paths = search_paths(_SEARCHES, seed=seed)
    done = await asyncio.to_thread(run_load, port, paths, token=here.ben.token, clients=1)
    if done.failed:
        raise RuntimeError(f"{done.failed} searches failed")
    return done.p95_ms


async def _three(folder: Path, items: int) -> list[Figure]:
    service = Service(items, groups=1_670, memberships=167, member="ben@example.com")
    with stub_encoder(real_questions=True) as encoder:
        async with installation(folder, registry=Registry([service.manifest()])) as here:
            for _ in range(3):
                made = await here.connect_with(_BODY)
                await here.ended(made, poll_seconds=0.5)
                await here.indexed(made)
            p95 = await _searches(here, 33)
    note = f"{3 * items:,} documents, {encoder.texts:,} different passages, a tenth of them seen"
    return [Figure("GET /search p95, three connections, 500 principals", p95, "ms", 25, "at_most", note)]


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
