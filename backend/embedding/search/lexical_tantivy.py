"""The embedded lexical index: BM25 by tantivy in this process, derived from the stored chunks.

One thread writes: what was asked for while it was busy goes into its next commit, so that many small writes cost
one commit (about 10 ms) together. An awaited write is on disk and visible to searches when it returns.

Who may see a document is not in the index but in a table beside it, in memory and in a log (`document_log`), so that a
change of access touches no segment. A search reads candidates past what the caller may not see, or, for a caller who
sees little, asks for the words within those documents; whichever is less work (ADR 0115). Ranked is by what the caller
may see alone (ADR 0211).
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import structlog
import tantivy

from backend.embedding.search import tantivy_files as files
from backend.embedding.search import tantivy_purge as purge
from backend.embedding.search import tantivy_schema as layout
from backend.embedding.search.document_log import DocumentLog, DocumentLogUnusable
from backend.embedding.search.document_table import DocumentFields, DocumentTable, Mask
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit
from backend.embedding.search.tantivy_counts import CANDIDATES_PER_NAME, KeptCounts
from backend.embedding.search.tantivy_reader import Found, Similar, TantivyReader, Wanted, Words
from backend.errors import Unavailable
from backend.supervised import watched
from backend.text.analysis import Phrase, QueryTerms

log = structlog.get_logger(__name__)

# The least that tantivy accepts: memory matters more here than the speed of bulk indexing (embedding is far slower).
_WRITER_HEAP_BYTES = 15_000_000
_SEARCH_THREADS = 2
_CACHED_VIEWS = 64
# Of what a caller sees of all documents, the share among the best candidates is about the same; a little more is read.
_SPARE_CANDIDATES = 1.3
# Too few of them: so many times as many are read.
_WIDER = 4
# One step of forgetting takes about 0.3 s; a merge may make a step find nothing to do.
_PURGED_AT_ONCE = 1000
_PURGE_SPARE_STEPS = 5
_MOVED_AT_ONCE = 200

type _Write = Callable[[tantivy.IndexWriter], None]


@dataclass(frozen=True, slots=True)
class _View:
    """What one caller may see under one set of filters: by row, and how many documents."""

    mask: Mask
    documents: int


class TantivyIndex:
    """A `LexicalIndex` and `DerivedIndex` in a folder of its own. Errors: `Unavailable` when the disk refuses."""

    def __init__(self, folder: Path, *, purged_at_once: int = _PURGED_AT_ONCE) -> None:
        """`purged_at_once`: chunks that one step of `forget_deleted` writes anew."""
        self._folder = folder
        self._purged_at_once = purged_at_once
        self._writing = ThreadPoolExecutor(1, "lexical-writer")
        self._searching = ThreadPoolExecutor(_SEARCH_THREADS, "lexical")
        self._pending: list[tuple[_Write, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None
        # Keys are never used again, also not after a restart: names are cached by them.
        self._keys = itertools.count(time.time_ns())
        self._views: dict[tuple[frozenset[str], Filters], _View] = {}
        self._views_version = 0
        self._writer: tantivy.IndexWriter | None = None
        self._index, self._last_seq, self._log, self._table = self._open()
        self._reader = TantivyReader(self._index)
        self._counts = KeptCounts(self._table)

    @property
    def last_seq(self) -> int:
        return self._last_seq

    async def save(self, seq: int) -> None:
        """Writes are durable when they return; this remembers how far they reach."""
        await asyncio.get_running_loop().run_in_executor(self._writing, self._save, seq, len(self._table))
        self._last_seq = seq

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        if not entries:
            return
        latest = {entry.chunk_id: layout.Words.of(entry) for entry in entries}
        rows = {entry.document_id: self._describe(entry) for entry in entries}

        def write(writer: tantivy.IndexWriter) -> None:
            for chunk_id, words in latest.items():
                writer.delete_documents_by_term(layout.CHUNK, chunk_id)
                writer.add_document(layout.to_document(words, key=next(self._keys), row=rows[words.document_id]))

        await self._write(write)
        self._counts.changed(rows)

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self._table.forget(document_id)
        self._log.forgotten(document_ids)
        await self._delete(layout.DOCUMENT, document_ids)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        await self._delete(layout.CHUNK, chunk_ids)
        self._counts.forget()

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        """In memory at once, on disk with the next write or `save`; until then, catching up makes up for a crash.

        What moved is written anew, for the names of its folders are words of it.
        """
        known, moved = self._table.set_access(changes), self._table.set_paths(paths)
        self._counts.changed(known)
        places = {id_: paths[id_] for id_ in moved}
        self._log.access_changed({id_: changes[id_] for id_ in known}, places)
        for some in itertools.batched(places.items(), _MOVED_AT_ONCE, strict=False):
            await self._write(partial(self._move, places=dict(some)))
        self._counts.changed(moved)

    def _move(self, writer: tantivy.IndexWriter, places: Mapping[str, str | None]) -> None:
        # Earlier writes of the same batch must be visible to the look-up.
        writer.commit()
        self._index.reload()
        entries = purge.moved(self._index, places)
        purge.write_anew(writer, entries, next_key=lambda: next(self._keys), row_of=self._table.row)

    async def forget_deleted(self) -> None:
        """Writes segments anew that hold words of deleted chunks, in steps between which other writes go on."""
        stale = await asyncio.to_thread(purge.with_deleted, self._folder)
        before = len(stale)
        for _ in range(await self.count() // self._purged_at_once + _PURGE_SPARE_STEPS):
            if not stale:
                break
            await self._write(lambda writer, wanted=stale: self._purge_some(writer, wanted))  # type: ignore[misc]
            stale &= await asyncio.to_thread(purge.with_deleted, self._folder)
        if before:
            log.info("lexical_deleted_forgotten", segments=before, left=len(stale))
        # Who was named by documents that are gone leaves with them.
        await asyncio.get_running_loop().run_in_executor(self._writing, lambda: self._save(self._last_seq, None))

    def _purge_some(self, writer: tantivy.IndexWriter, wanted: set[str]) -> None:
        # Earlier writes of the same batch must be visible to the look-up.
        writer.commit()
        self._index.reload()
        entries = purge.kept_in(self._index, self._folder, wanted, self._purged_at_once)
        purge.write_anew(writer, entries, next_key=lambda: next(self._keys), row_of=self._table.row)
        writer.commit()
        self._index.reload()
        writer.garbage_collect_files()

    async def search(
        self,
        query: str,
        *,
        limit: int,
        principals: frozenset[str],
        filters: Filters,
        phrases: Sequence[str] = (),
        parts: bool = True,
    ) -> list[IndexHit]:
        counts = self._counts.of(principals, self._view(principals, Filters()).mask)
        terms = QueryTerms(query, languages=counts.languages, parts=parts)
        beside = [phrase for text in phrases if (phrase := Phrase(text))]
        words = Words(layout.sought(terms), beside, counts)
        return await self._visible(words, limit, principals, filters) if terms else []

    async def similar(self, word: str, *, limit: int, principals: frozenset[str], edits: int) -> list[IndexHit]:
        return await self._visible(Similar(word, edits=edits), limit, principals, Filters())

    async def _visible(
        self, wanted: Wanted, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        view = self._view(principals, filters)
        if not view.documents or limit <= 0:
            return []
        found = await self._best(wanted, limit * wanted.candidates_per_hit, view)
        # Checked as things are now: a right may have been taken away, or a row given to another document, meanwhile.
        now = self._view(principals, filters).mask
        return [
            IndexHit(hit.chunk_id, hit.document_id, hit.score)
            for hit in found
            if hit.row == self._table.row(hit.document_id) and now[hit.row]
        ][:limit]

    async def count(self) -> int:
        return int(self._index.searcher().num_docs)

    async def clear(self) -> None:
        self._table.clear()
        self._log.cleared()
        await self._write(lambda writer: writer.delete_all_documents())
        self._counts.forget()
        await self.save(0)

    async def ping(self) -> None:
        """Errors: `Unavailable` when the index's folder is gone."""
        if not (self._folder / "meta.json").exists():
            raise Unavailable(
                "The word index's files are gone. Tell your operator.",
                hint="Restart the server: it rebuilds the index.",
                dependency="lexical",
            )

    async def close(self) -> None:
        """Waits for what is being written."""
        if self._flushing is not None:
            await asyncio.gather(self._flushing, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._writing, self._close_writer)
        self._writing.shutdown(wait=True)
        self._searching.shutdown(wait=True)

    def _describe(self, entry: IndexEntry) -> int:
        """The row of the entry's document, which takes over its fields."""
        fields = DocumentFields.of(entry)
        if entry.document_id in self._table and self._table.fields(entry.document_id) == fields:
            return self._table.row(entry.document_id)
        row = self._table.describe(fields)
        self._log.described(fields, row)
        return row

    def _view(self, principals: frozenset[str], filters: Filters) -> _View:
        if self._views_version != self._table.version or len(self._views) >= _CACHED_VIEWS:
            self._views.clear()
            self._views_version = self._table.version
        view = self._views.get((principals, filters))
        if view is None:
            mask = self._table.mask(principals, filters)
            view = self._views[principals, filters] = _View(mask, int(np.count_nonzero(mask)))
        return view

    async def _best(self, wanted: Wanted, limit: int, view: _View) -> list[Found]:
        loop = asyncio.get_running_loop()
        candidates = int(limit * _SPARE_CANDIDATES * len(self._table) / view.documents) + 1
        while candidates <= view.documents * CANDIDATES_PER_NAME:
            found, all_read = await loop.run_in_executor(
                self._searching, self._reader.read, wanted, candidates, limit, view.mask, None
            )
            if all_read or len(found) == limit:
                return found
            candidates *= _WIDER
        names = self._table.names(np.flatnonzero(view.mask).tolist())
        found, _ = await loop.run_in_executor(
            self._searching, self._reader.read, wanted, limit, limit, view.mask, names
        )
        return found

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
            self._flushing = watched("word-index-flush", self._flush())
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
            self._log.write()
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

    def _save(self, seq: int, documents: int | None) -> None:
        former = self._log.compact(documents)
        self._log.sync()
        state = files.State(layout.FORMAT, seq, self._log.number, self._log.size_bytes)
        files.write_state(self._folder, state)
        if former is not None:
            former.unlink()

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
        self._log.close()

    def _open(self) -> tuple[tantivy.Index, int, DocumentLog, DocumentTable]:
        try:
            state = files.read_state(self._folder, format=layout.FORMAT)
            files.verify(self._folder)
            document_log, table = DocumentLog.open(self._folder, number=state.log_number, size_bytes=state.log_bytes)
            index = tantivy.Index(layout.build_schema(), str(self._folder))
            layout.register_analyzers(index)
            log.info("lexical_index_loaded", chunks=index.searcher().num_docs, last_seq=state.last_seq)
        except FileNotFoundError:
            log.info("lexical_index_empty", folder=str(self._folder), reason="none yet; built from the stored chunks")
        except (files.IndexFilesUnusable, DocumentLogUnusable, ValueError, OSError) as error:
            log.warning("lexical_index_rebuilt", folder=str(self._folder), reason=str(error))
        else:
            return index, state.last_seq, document_log, table
        files.start_over(self._folder)
        index = tantivy.Index(layout.build_schema(), str(self._folder))
        layout.register_analyzers(index)
        document_log = DocumentLog(self._folder, number=1, lines=0)
        files.write_state(self._folder, files.State(layout.FORMAT, 0, document_log.number, 0))
        return index, 0, document_log, DocumentTable()
