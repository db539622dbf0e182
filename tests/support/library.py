"""A whole library for tests: the real database, queue, extraction and services; indexes and embedder as given."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend import library
from backend.access import Caller
from backend.db.collection import Database
from backend.db.sqlite import SqliteDatabase
from backend.documents.incoming import FileItem
from backend.documents.library import LibraryService
from backend.embedding.indexing.worker import PAUSE_SECONDS
from backend.embedding.models.base import Embedder
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Hit
from backend.embedding.vector_store.base import VectorStore
from backend.extraction.extraction import ExtractionPool
from backend.jobs.broker import TaskiqQueue
from backend.jobs.queues import queues
from backend.settings import Settings
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryLexicalIndex, MemoryVectorStore
from tests.support.waiting import until_true

_UNFINISHED = ("queued", "processing")


@dataclass(slots=True)
class Library:
    """The services of one process, and what tests ask of them."""

    parts: library.Library
    database: Database
    jobs: TaskiqQueue
    extraction: ExtractionPool
    embedder: Embedder
    store: VectorStore
    lexical: LexicalIndex

    @property
    def service(self) -> LibraryService:
        return self.parts.service

    async def add_file(self, caller: Caller, name: str, data: bytes, *, access: frozenset[str] = frozenset()) -> str:
        digest = await self.parts.blobs.put(data)
        item = FileItem(external_id=name, filename=name, digest=digest, size_bytes=len(data), access=access)
        return (await self.service.store_files(caller.user_id, [item]))[0].id

    async def settled(self, caller: Caller, *, seconds: float = 60) -> dict[str, int]:
        """Waits until nothing of the caller's is queued or processing."""

        async def at_rest() -> list[dict[str, int]]:
            counts = await self.service.count_by_status(caller)
            return [] if any(counts.get(status) for status in _UNFINISHED) else [counts]

        [counts] = await until_true(at_rest, seconds=seconds)
        return counts

    async def search(self, caller: Caller, query: str, *, limit: int = 10) -> list[Hit]:
        return list((await self.parts.search.search(caller, query, limit=limit)).hits)


@asynccontextmanager
async def open_library(
    folder: Path,
    *,
    embedder: Embedder | None = None,
    store: VectorStore | None = None,
    lexical: LexicalIndex | None = None,
    open_store: Callable[[Embedder], VectorStore] | None = None,
    former_embedder: Callable[[str], Embedder | None] = lambda _: None,
    settings: Settings | None = None,
    database: Database | None = None,
    work: bool = True,
    clock: Callable[[], float] = time.time,
    pause_seconds: float = PAUSE_SECONDS,
) -> AsyncIterator[Library]:
    """Opens the library in a data folder, as the server does; `work=False` leaves documents queued.

    `database` replaces the folder's SQLite file and stays open.
    """
    settings = settings or Settings(data_dir=folder, _env_file=None)
    embedder = embedder or HashEmbedder()
    store = store or MemoryVectorStore()
    lexical = lexical or MemoryLexicalIndex()
    own = await SqliteDatabase.open(folder) if database is None else None
    database = own or database
    assert database is not None
    extraction = ExtractionPool(settings.processing, max_text_chars=settings.upload.max_text_chars, ocr=settings.ocr)
    jobs = TaskiqQueue(None, queues(settings.jobs))
    try:
        parts = await library.build_library(
            database=database,
            jobs=jobs,
            embedder=embedder,
            store=store,
            lexical=lexical,
            extraction=extraction,
            open_store=open_store or (lambda _: MemoryVectorStore()),
            former_embedder=former_embedder,
            settings=settings,
            clock=clock,
            pause_seconds=pause_seconds,
        )
        await parts.start()
        await jobs.start(consume=work)
        yield Library(parts, database, jobs, extraction, embedder, store, lexical)
        await jobs.stop(timeout_seconds=5)
        await parts.stop()
    finally:
        await extraction.close()
        if own is not None:
            await own.close()
