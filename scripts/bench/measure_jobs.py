"""Fairness under a backlog: one person's text beside another's 5,000 files, and timers beside 50,000 waiting jobs."""

import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.client import BibliosClient
from backend.jobs.broker import TaskiqQueue
from backend.jobs.queue import Job, Queue
from scripts.bench import session
from scripts.bench.corpus import make_documents
from scripts.bench.figures import Figure
from scripts.bench.server import free_port, serve

_FILES = 5000
_FILES_PER_REQUEST = 250
_TEXTS = 10
_BACKLOG = 50_000
_TIMERS = 20
_WORK = Job("work", "sync")
_TIMER = Job("timer", "sync")


def fairness(workdir: Path) -> list[Figure]:
    """From sending B's text to the moment a search finds it, with nothing else to do and while A's files wait."""
    folder = workdir / "files"
    folder.mkdir(parents=True)
    for number, document in enumerate(make_documents(_FILES, seed=77)):
        (folder / f"{number:05}.md").write_text(f"# {document.title}\n\n{document.text}\n", encoding="utf-8")
    with serve(workdir / "fairness", BIBLIOS_UPLOAD_MAX_FILES="1000") as server:
        ada, _ = session.register(server.url, "ada")
        ben, _ = session.register(server.url, "ben")
        session.add_documents(server.url, ada, make_documents(8, seed=1000))  # loads the encoder
        idle, busy, left = asyncio.run(_beside(server.url, ada, ben, sorted(folder.iterdir())))
    note = f"of {_TEXTS}; median {statistics.median(busy):.2f} s; {left} of A's files still waited after the last"
    return [
        Figure("one text, nothing else waits: found after (worst)", max(idle), "s", note=f"of {_TEXTS}"),
        Figure(
            "one text of B while 5,000 files of A wait: found after (worst)", max(busy), "s", 1.5, "at_most", note=note
        ),
    ]


async def _beside(url: str, ada: str, ben: str, files: list[Path]) -> tuple[list[float], list[float], int]:
    async with (
        BibliosClient(url, access_token=ada, timeout_seconds=600) as a,
        BibliosClient(url, access_token=ben, timeout_seconds=600) as b,
    ):
        idle = [await _found_after(b, f"idle{number}") for number in range(_TEXTS)]
        for start in range(0, len(files), _FILES_PER_REQUEST):
            await a.upload([(path.name, path) for path in files[start : start + _FILES_PER_REQUEST]])
        busy = []
        for number in range(_TEXTS):
            busy.append(await _found_after(b, f"busy{number}"))
            await asyncio.sleep(0.5)
        counts = (await a.get("/documents/stats"))["by_status"]
        return idle, busy, int(counts.get("queued", 0)) + int(counts.get("processing", 0))


async def _found_after(client: BibliosClient, word: str) -> float:
    started = time.perf_counter()
    text = f"The note about {word} says where the spare key is."
    [item] = await client.add_texts([{"external_id": word, "title": word, "text": text}])
    while (await client.get(f"/documents/{item['id']}"))["status"] != "indexed":  # noqa: ASYNC110 - over HTTP
        await asyncio.sleep(0.02)
    while not any(hit["document_id"] == item["id"] for hit in await client.search(word)):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return time.perf_counter() - started


def timers(workdir: Path) -> list[Figure]:
    """How late a timer is at worst, in the process and over Redis, while the same queue works off a backlog."""
    figures = [_figure("in the process", asyncio.run(_lateness(None)))]
    if shutil.which("redis-server") is None:
        return [*figures, Figure("timer over Redis", None, "s", note="redis-server is not installed")]
    with _redis() as url:
        return [*figures, _figure("over Redis", asyncio.run(_lateness(url)))]


def _figure(where: str, measured: tuple[list[float], int]) -> Figure:
    late, waiting = measured
    return Figure(
        f"timer while 50,000 jobs wait, {where}: late (worst)",
        max(late),
        "s",
        1,
        "at_most",
        note=f"of {len(late)}; median {statistics.median(late):.3f} s; {waiting:,} still waited after the last",
    )


async def _lateness(redis_url: str | None) -> tuple[list[float], int]:
    queue = TaskiqQueue(redis_url, [Queue("sync", 0, 4)], prefix="bench")
    late: list[float] = []
    due: dict[str, datetime] = {}
    done = asyncio.Event()

    async def work(record_id: str) -> None:
        await asyncio.sleep(0.005)

    async def ring(record_id: str) -> None:
        late.append((datetime.now(UTC) - due[record_id]).total_seconds())
        if len(late) == _TIMERS:
            done.set()

    queue.register(_WORK, work)
    queue.register(_TIMER, ring)
    await queue.send(_WORK, [str(number) for number in range(_BACKLOG)])
    begin = datetime.now(UTC) + timedelta(seconds=1)
    for number in range(_TIMERS):
        due[str(number)] = begin + timedelta(seconds=0.25 * number)
        await queue.send(_TIMER, [str(number)], at=due[str(number)])
    await queue.start(consume=True)
    await asyncio.wait_for(done.wait(), 120)
    waiting = (await queue.backlog("sync")).depth
    await queue.stop(timeout_seconds=5)
    return late, waiting


@contextmanager
def _redis() -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            time.sleep(1)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()
