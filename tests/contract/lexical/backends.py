"""The lexical indexes under test: how each is opened, and opened again over the same data."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.lexical_tantivy import TantivyIndex
from tests.support.indexes import MemoryLexicalIndex

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


BACKENDS = [Backend("memory", _memory), Backend("tantivy", _tantivy)]
