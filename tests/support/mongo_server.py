"""A MongoDB for tests: a real one when `BIBLIOS_TEST_MONGODB_URI` is set, else mongoeco's wire server.

Either way the real PyMongo driver speaks the wire protocol to it.

    @pytest.fixture(scope="session")
    def mongo_uri():
        with mongo_server() as uri:
            yield uri
"""

import asyncio
import os
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from backend.db.collection import CollectionSpec
from backend.db.mongo import MongoDatabase

REAL_URI = os.environ.get("BIBLIOS_TEST_MONGODB_URI", "")
"""Address of a real server; tests of what mongoeco cannot do are skipped without it."""


@contextmanager
def mongo_server() -> Iterator[str]:
    """The address of a server that runs as long as the context, mongoeco's on a thread of its own."""
    if REAL_URI:
        yield REAL_URI
        return
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
