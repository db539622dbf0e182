"""The embedded lexical index: BM25 by tantivy in this process, derived from the stored chunks.

One thread writes: what was asked for while it was busy goes into its next commit, so that many small writes cost
one commit (about 10 ms) together. An awaited write is on disk and visible to searches when it returns.
"""

import asyncio
import itertools
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog
import tantivy

from backend.embedding.search import tantivy_files as files
from backend.embedding.search import tantivy_purge as purge
from backend.embedding.search import tantivy_schema as layout
from backend.embedding.search.analysis import QueryTerms
from backend.embedding.search.models import Filters, IndexEntry, IndexHit
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

# The least that tantivy accepts: memory matters more here than the speed of bulk indexing (embedding is far slower).
_WRITER_HEAP_BYTES = 15_000_000
_SEARCH_THREADS = 2
_CACHED_NAMES = 50_000
# Chunks that one step of forgetting writes anew (about 0.3 s); a merge may make a step find nothing to do.
_PURGED_AT_ONCE = 1000
_PURGE_SPARE_STEPS = 5

type _Write = Callable[[tantivy.IndexWriter], None]


class TantivyIndex:
    """A `LexicalIndex` and `DerivedIndex` in a folder of its own. Errors: `Unavailable` when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = ThreadPoolExecutor(1, "lexical-writer")
        self._searching = ThreadPoolExecutor(_SEARCH_THREADS, "lexical")
        self._pending: list[tuple[_Write, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        # Keys are never used again, also not after a restart: names are cached by them.
        self._keys = itertools.count(time.time_ns())
        self._names: OrderedDict[int, tuple[str, str]] = OrderedDict()
        self._writer: tantivy.IndexWriter | None = None
        self._index, self._last_seq = self._open()

    @property
    def last_seq(self) -> int:
        return self._last_seq

    async def save(self, seq: int) -> None:
        """Writes are durable when they return; this remembers how far they reach."""
        await asyncio.get_running_loop().run_in_executor(
            self._writing, lambda: files.write_state(self._folder, format=layout.FORMAT, last_seq=seq)
        )
        self._last_seq = seq

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        if not entries:
            return
        latest = {entry.chunk_id: entry for entry in entries}

        def write(writer: tantivy.IndexWriter) -> None:
            for chunk_id, entry in latest.items():
                writer.delete_documents_by_term(layout.CHUNK, chunk_id)
                writer.add_document(layout.to_document(entry, next(self._keys)))

        await self._write(write)

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        await self._delete(layout.DOCUMENT, document_ids)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        await self._delete(layout.CHUNK, chunk_ids)

    async def set_access(self, document_id: str, access: frozenset[str]) -> None:
        def write(writer: tantivy.IndexWriter) -> None:
            # Earlier writes of the same batch must be visible to the look-up.
            writer.commit()
            self._index.reload()
            searcher = self._index.searcher()
            query = tantivy.Query.term_query(self._index.schema, layout.DOCUMENT, document_id, "basic")
            found = searcher.search(query, max(searcher.num_docs, 1), count=False).hits
            entries = [layout.from_document(searcher.doc(address), access=access) for _, address in found]
            writer.delete_documents_by_term(layout.DOCUMENT, document_id)
            for entry in entries:
                writer.add_document(layout.to_document(entry, next(self._keys)))

        await self._write(write)

    async def forget_deleted(self) -> None:
        """Writes segments anew that hold words of deleted chunks, in steps between which other writes go on."""
        stale = await asyncio.to_thread(purge.with_deleted, self._folder)
        before = len(stale)
        for _ in range(await self.count() // _PURGED_AT_ONCE + _PURGE_SPARE_STEPS):
            if not stale:
                break
            await self._write(lambda writer, wanted=stale: self._purge_some(writer, wanted))  # type: ignore[misc]
            stale &= await asyncio.to_thread(purge.with_deleted, self._folder)
        if before:
            log.info("lexical_deleted_forgotten", segments=before, left=len(stale))

    def _purge_some(self, writer: tantivy.IndexWriter, wanted: set[str]) -> None:
        # Earlier writes of the same batch must be visible to the look-up.
        writer.commit()
        self._index.reload()
        entries = purge.kept_in(self._index, self._folder, wanted, _PURGED_AT_ONCE)
        purge.write_anew(writer, entries, lambda: next(self._keys))
        writer.commit()
        self._index.reload()
        writer.garbage_collect_files()

    async def search(self, query: str, *, limit: int, principals: frozenset[str], filters: Filters) -> list[IndexHit]:
        terms = QueryTerms(query)
        if not terms or not principals:
            return []
        return await asyncio.get_running_loop().run_in_executor(
            self._searching, self._search, terms, limit, principals, filters
        )

    async def count(self) -> int:
        return int(self._index.searcher().num_docs)

    async def clear(self) -> None:
        await self._write(lambda writer: writer.delete_all_documents())
        await self.save(0)

    async def ping(self) -> None:
        """Errors: `Unavailable` when the index's folder is gone."""
        if not (self._folder / "meta.json").exists():
            raise Unavailable("the lexical index's files are gone; restart to rebuild it", dependency="lexical")

    async def close(self) -> None:
        """Waits for what is being written."""
        if self._flushing is not None:
            await asyncio.gather(self._flushing, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._writing, self._close_writer)
        self._writing.shutdown(wait=True)
        self._searching.shutdown(wait=True)

    async def _delete(self, field: str, values: Sequence[str]) -> None:
        if not values:
            return

        def write(writer: tantivy.IndexWriter) -> None:
            for value in values:
                writer.delete_documents_by_term(field, value)

        await self._write(write)

    async def _write(self, write: _Write) -> None:
        done = asyncio.get_running_loop().create_future()
        self._pending.append((write, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        """Commits batch after batch until nothing is pending. Whatever happens to a batch, the next one is written."""
        loop = asyncio.get_running_loop()
        while self._pending:
            batch, self._pending = self._pending, []
            waiting = [done for _, done in batch]
            try:
                await loop.run_in_executor(self._writing, self._commit, [write for write, _ in batch])
            except asyncio.CancelledError:
                for done in (*waiting, *(done for _, done in self._pending)):
                    done.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - every writer of the batch learns of it, whatever it is
                for done in waiting:
                    if not done.done():
                        done.set_exception(error)
            else:
                for done in waiting:
                    if not done.done():
                        done.set_result(None)

    def _commit(self, writes: Sequence[_Write]) -> None:
        try:
            if self._writer is None:
                self._writer = self._index.writer(_WRITER_HEAP_BYTES, 1)
            for write in writes:
                write(self._writer)
            self._writer.commit()
            self._index.reload()
        except BaseException as error:
            # A full disk, a dead indexing thread, a panic of tantivy (which is no `Exception`): nothing of the batch
            # may be left for the next commit, and later writes need a writer that works.
            log.exception("lexical_write_failed")
            self._give_up_writer()
            raise Unavailable(
                "the lexical index could not be written; check the free space of the data folder, and the server's log",
                dependency="lexical",
            ) from error

    def _give_up_writer(self) -> None:
        """Drops what was not committed. The lock on the folder is free afterwards, whoever still holds the writer."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.rollback()
            writer.wait_merging_threads()
        except BaseException as error:  # noqa: BLE001 - it is of no use any more, and the next one is made anew
            log.warning("lexical_writer_lost", error=repr(error))

    def _search(self, terms: QueryTerms, limit: int, principals: frozenset[str], filters: Filters) -> list[IndexHit]:
        searcher = self._index.searcher()
        query = layout.to_query(self._index.schema, terms, principals, filters)
        found = searcher.search(query, limit, count=False).hits
        addresses = [address for _, address in found]
        keys = searcher.fast_field_values(layout.KEY, addresses)
        return [
            IndexHit(*self._named(searcher, int(key or 0), address), score)
            for (score, address), key in zip(found, keys, strict=True)
        ]

    def _named(self, searcher: tantivy.Searcher, key: int, address: tantivy.DocAddress) -> tuple[str, str]:
        """Chunk and document of a hit; reading a stored entry costs 10 µs, so that names are kept."""
        names = self._names.get(key)
        if names is None:
            entry = layout.from_document(searcher.doc(address))
            names = (entry.chunk_id, entry.document_id)
            self._names[key] = names
            if len(self._names) > _CACHED_NAMES:
                self._names.popitem(last=False)
        return names

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _open(self) -> tuple[tantivy.Index, int]:
        try:
            written_format, last_seq = files.read_state(self._folder)
            if written_format != layout.FORMAT:
                raise files.IndexFilesUnusable("it has an older format")
            files.verify(self._folder)
            index = tantivy.Index(layout.build_schema(), str(self._folder))
            layout.register_analyzers(index)
            log.info("lexical_index_loaded", chunks=index.searcher().num_docs, last_seq=last_seq)
        except FileNotFoundError:
            log.info("lexical_index_empty", folder=str(self._folder), reason="none yet; built from the stored chunks")
        except (files.IndexFilesUnusable, ValueError, OSError) as error:
            log.warning("lexical_index_rebuilt", folder=str(self._folder), reason=str(error))
        else:
            return index, last_seq
        files.start_over(self._folder)
        index = tantivy.Index(layout.build_schema(), str(self._folder))
        layout.register_analyzers(index)
        files.write_state(self._folder, format=layout.FORMAT, last_seq=0)
        return index, 0
