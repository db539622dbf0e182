"""A MongoDB for tests: a real one when `BIBLIOS_TEST_MONGODB_URI` is set, else servers that speak its protocol.

The real PyMongo driver speaks to all of them. Mongoeco knows text indexes; SecantusDB is nearer to MongoDB in all
else, and runs as a process of an environment of its own (its licence is the GPL: it is never imported).

    @pytest.fixture(scope="session")
    def mongo_uri():
        with mongo_server() as uri:
            yield uri
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pymongo
import pytest
from pymongo.errors import PyMongoError

from backend.db.collection import CollectionSpec
from backend.db.mongo import MongoDatabase
from tests.support.ports import free_port

REAL_URI = os.environ.get("BIBLIOS_TEST_MONGODB_URI", "")
"""Address of a real server; tests of what mongoeco cannot do are skipped without it."""

SERVERS = ("mongodb",) if REAL_URI else ("mongoeco", "secantusdb")
"""What suites run over that must hold on every server."""

_SECANTUSDB = Path(__file__).parents[2] / ".cache" / "secantusdb" / "bin" / "secantusd-py"
_READY_SECONDS = 30


@contextmanager
def mongo_server(name: str = "") -> Iterator[str]:
    """The address of a server that runs as long as the context; without a name the real one, or else mongoeco.

    Skips the test, by name, where SecantusDB is asked for and not installed (`scripts/ensure_mongodb.sh`).
    """
    if REAL_URI:
        yield REAL_URI
    elif name == "secantusdb":
        with _secantusdb() as uri:
            yield uri
    else:
        with _mongoeco() as uri:
            yield uri


@contextmanager
def _secantusdb() -> Iterator[str]:
    if not _SECANTUSDB.exists():
        pytest.skip("SecantusDB is not installed; run scripts/ensure_mongodb.sh")
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="secantusdb-"))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [_SECANTUSDB, "--port", str(port), "--storage-path", folder / "data", "--log-level", "ERROR"],
            stdout=log,
            stderr=log,
        )
    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    try:
        _wait_until_ready(uri, process, folder / "log")
        yield uri
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(uri: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    with pymongo.MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=500) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                client.admin.command("ping")
            except PyMongoError:
                continue
            return
    raise RuntimeError(f"SecantusDB did not become ready:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def _mongoeco() -> Iterator[str]:
    """On a thread of its own."""
    from mongoeco.wire import AsyncMongoEcoProxyServer

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mongoeco", daemon=True)
    thread.start()
    server = AsyncMongoEcoProxyServer()
    try:
        address = asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
        yield address.uri
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@asynccontextmanager
async def mongo_database(uri: str, *specs: CollectionSpec) -> AsyncIterator[MongoDatabase]:
    """A database of its own on that server, dropped afterwards."""
    name = f"biblios_test_{uuid.uuid4().hex[:12]}"
    database = MongoDatabase(uri, name, timeout_seconds=20)
    try:
        await database.prepare(specs)
        yield database
    finally:
        await database.drop()
        await database.close()
