"""Two workers against one, over a real Redis, with a provider and an encoder that take 50 ms an answer."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from pydantic import SecretStr

from backend.access import Caller
from backend.connectors.registry import Registry
from backend.connectors.repository import RUNS
from backend.connectors.service import Connecting
from backend.container import Container
from backend.documents.schema import DOCUMENTS
from backend.ids import new_id
from backend.settings import Settings
from scripts.bench.connected import stub_encoder
from scripts.bench.figures import Figure
from scripts.bench.worker import waiting_service
from tests.support.chroma_server import chroma_server
from tests.support.mongo_server import mongo_server
from tests.support.redis_server import redis_server

_CONNECTIONS = 6
_ITEMS = 40
_NAME = "two workers over Redis ÷ one, documents/s"


def workers(workdir: Path) -> list[Figure]:
    """Connections of six people, and one connection alone, which one worker at a time reads."""
    if shutil.which("redis-server") is None:
        return [Figure(_NAME, None, "×", 1.7, note="not measured: no redis-server here")]
    with redis_server() as redis, mongo_server() as mongo:
        one, two, one_alone, two_alone = (
            _measured(workdir / f"{number}-{connections}", redis.url, mongo, number, connections)
            for number, connections in ((1, _CONNECTIONS), (2, _CONNECTIONS), (1, 1), (2, 1))
        )
    note = f"{_CONNECTIONS} connections of {_ITEMS} documents: {one.per_second:.1f}/s, {two.per_second:.1f}/s"
    twice = sum(each.twice for each in (one, two, one_alone, two_alone))
    return [
        Figure(_NAME, two.per_second / one.per_second, "×", 1.7, note=note),
        Figure("… documents that were read or stored twice", twice, "", 0, "at_most", "in all four measurements"),
        Figure(
            "… with one connection only", two_alone.per_second / one_alone.per_second, "×",
            note=f"{one_alone.per_second:.1f}/s, {two_alone.per_second:.1f}/s: one worker at a time reads a connection",
        ),
    ]  # fmt: skip


class _Measured:
    def __init__(self, documents: int, seconds: float, twice: int) -> None:
        self.per_second = documents / seconds
        self.twice = twice


def _measured(folder: Path, redis: str, mongo: str, number: int, connections: int) -> _Measured:
    folder.mkdir(parents=True)
    name = f"biblios_bench_{uuid.uuid4().hex[:12]}"
    environment = {
        "BIBLIOS_DATA_DIR": str(folder),
        "BIBLIOS_DATABASE_URL": mongo,
        "BIBLIOS_DATABASE_NAME": name,
        "BIBLIOS_REDIS_URL": f"{redis[:-1]}{len(list(folder.parent.iterdir()))}",
        "BIBLIOS_VECTOR_BACKEND": "chroma_server",
        "BIBLIOS_VECTOR_URL": chroma_server(),
        "BIBLIOS_VECTOR_COLLECTION": name,
        "BIBLIOS_LEXICAL_BACKEND": "mongodb",
        "BIBLIOS_JOBS_SYNC_CONCURRENCY": "1",
        "BIBLIOS_LOG_LEVEL": "error",
    }
    with patch.dict(os.environ, environment):  # what is measured next is not to find it
        return asyncio.run(_work(environment, number, connections))


async def _work(environment: dict[str, str], number: int, connections: int) -> _Measured:
    registry = Registry([waiting_service(_ITEMS).manifest()])
    with stub_encoder():
        async with Container(Settings(_env_file=None), works=False, connectors=registry) as container:
            with _processes(environment, number) as processes:
                started = time.perf_counter()
                wanted = Connecting("bench", "workspace", None, "token", SecretStr("bench"), {})
                for _ in range(connections):
                    await container.connectors.connections.connect(Caller.of(new_id()), wanted, is_admin=True)
                runs = container.database.collection(RUNS)
                heads = container.database.collection(DOCUMENTS)
                documents = connections * _ITEMS
                while await runs.count({"status": "complete"}) < connections:  # noqa: ASYNC110 - other processes
                    await asyncio.sleep(0.1)
                while await heads.count({"status": "indexed"}) < documents:  # noqa: ASYNC110 - other processes
                    await asyncio.sleep(0.1)
                seconds = time.perf_counter() - started
            read = sum(int(process.stdout.read()) for process in processes if process.stdout is not None)
            stored = await heads.count({})
    return _Measured(documents, seconds, read + stored - 2 * documents)


@contextmanager
def _processes(environment: dict[str, str], number: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many workers; at the end they finish, and say how many items they read."""
    command = [sys.executable, "-m", "scripts.bench.worker", str(_ITEMS)]
    made = [
        subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(number)
    ]
    try:
        for process in made:
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise RuntimeError("a worker did not start")
        yield made
    finally:
        for process in made:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(60)
