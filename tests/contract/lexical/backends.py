"""The lexical indexes under test: how each is opened, and opened again over the same data."""

import atexit
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.lexical_mongodb import MongoTextIndex
from backend.embedding.search.lexical_tantivy import TantivyIndex
from tests.support.indexes import MemoryLexicalIndex
from tests.support.mongo_server import mongo_database, mongo_server

type Opener = Callable[[], Awaitable[LexicalIndex]]


@dataclass(frozen=True)
class Backend:
    name: str
    environment: Callable[[Path], AbstractAsyncContextManager[Opener]]


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Opener]:
    async def open_index() -> LexicalIndex:
        return MemoryLexicalIndex()

    yield open_index


@asynccontextmanager
async def _tantivy(folder: Path) -> AsyncIterator[Opener]:
    async def open_index() -> LexicalIndex:
        return TantivyIndex(folder / "lexical")

    yield open_index


@cache
def mongodb_uri() -> str:
    """One MongoDB for the run; it ends with the process."""
    context = mongo_server()
    atexit.register(context.__exit__, None, None, None)
    return context.__enter__()


@asynccontextmanager
async def _mongodb(folder: Path) -> AsyncIterator[Opener]:
    async with mongo_database(mongodb_uri()) as database:

        async def open_index() -> LexicalIndex:
            return MongoTextIndex(database.driver)

        yield open_index


BACKENDS = [Backend("memory", _memory), Backend("tantivy", _tantivy), Backend("mongodb", _mongodb)]
