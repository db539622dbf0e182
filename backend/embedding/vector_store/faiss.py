"""The embedded vector store: exact search over codes in memory, derived from the stored chunks.

Cost at 100,000 × 384: 77 MB of codes, about 3–5 ms per search of the best 100 on one thread, less for a caller who
sees less.
Above `ivf_from` visible chunks a search looks into the nearest cells only (see `cells`); below it stays exact.

All state changes on the event loop; only the scan itself runs in a thread, on an index object that no longer grows.
What came back is checked once more against the state at that moment, so that a right that was taken away, or a slot
that was given to another chunk, during the scan never leads to a hit.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import structlog

from backend.embedding.models.base import Vectors
from backend.embedding.search.derived import Finish
from backend.embedding.search.document_table import DocumentFields
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit
from backend.embedding.vector_store.cells import CellTable
from backend.embedding.vector_store.codes import CodeTable
from backend.embedding.vector_store.remote import index_name
from backend.embedding.vector_store.snapshot import Snapshot, SnapshotUnusable, read_snapshot, write_snapshot
from backend.embedding.vector_store.visibility import SlotTable
from backend.supervised import watched

log = structlog.get_logger(__name__)

_SEARCH_THREADS = 2
# The share of all cells that a search looks into; see ADR 0031 for the recall that it gives.
_SEARCHED_CELLS = 0.3
# Cells are found again when the store has grown by this factor since.
_RETRAIN_GROWTH = 4
# One upsert gives way to other requests after this many entries (about 2 ms).
_UPSERT_BLOCK = 256


class FaissVectorStore:
    """A `VectorStore` and `DerivedIndex` in this process, `SavedFromACopy`.

    Args:
        folder: where the snapshot lies; created when missing.
        model_id: names the embedding model; each model and dimension has a snapshot of its own.
        ivf_from: above this many visible chunks a search is approximate.
        write: brings a snapshot to the disk, whole or not at all; called in a thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        model_id: str,
        dimension: int,
        ivf_from: int,
        write: Callable[[Path, Snapshot], None] = write_snapshot,
    ) -> None:
        # A name for each model: while one is being built, the other serves, side by side.
        self._path = folder / f"{index_name('vectors', model_id=model_id, dimension=dimension)}.snapshot"
        self._model_id = model_id
        self._dimension = dimension
        self._ivf_from = ivf_from
        self._write = write
        # Two threads: one request's scan does not wait for another's; more would only share the cores.
        self._threads = ThreadPoolExecutor(
            _SEARCH_THREADS, "vectors", initializer=faiss.omp_set_num_threads, initargs=(1,)
        )
        self._writing = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._training: asyncio.Task[None] | None = None
        self._last_seq = 0
        self._reset()
        self._load()

    @property
    def last_seq(self) -> int:
        return self._last_seq

    @property
    def access_lists(self) -> int:
        """How many different access lists are kept."""
        return self._documents.access_lists

    async def save(self, seq: int) -> None:
        """Writes the snapshot. Others wait while what is in it is copied, not while it is written."""
        await (await self.begin_save(seq))()

    async def begin_save(self, seq: int) -> Finish:
        loop = asyncio.get_running_loop()
        async with self._writing:
            codes = self._codes
            # In a thread, since it takes a moment. Nothing changes while the lock is held.
            snapshot = await loop.run_in_executor(None, self._copy, seq)

        async def finish() -> None:
            async with self._saving:
                if codes is self._codes and seq >= self._last_seq:
                    await loop.run_in_executor(None, self._write, self._path, snapshot)
                    self._last_seq = seq

        return finish

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        """Errors: `ValueError` for a vector of another dimension or with values that are no numbers."""
        async with self._writing:
            for start in range(0, len(entries), _UPSERT_BLOCK):
                # The last entry of a chunk id wins, as it would one after the other.
                block = {entry.chunk_id: entry for entry in entries[start : start + _UPSERT_BLOCK]}
                self._upsert(list(block.values()))
                await asyncio.sleep(0)
        self._train_when_large()

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        async with self._writing:
            for document_id in document_ids:
                for slot in list(self._documents.slots.get(document_id, ())):
                    self._release(slot)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        async with self._writing:
            for chunk_id in chunk_ids:
                slot = self._slots.get(chunk_id)
                if slot is not None:
                    self._release(slot)

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        async with self._writing:
            self._documents.set_access(changes)
            self._documents.set_paths(paths)

    async def search(
        self, vector: Vectors, *, limit: int, principals: frozenset[str], filters: Filters
    ) -> list[IndexHit]:
        if vector.shape != (self._dimension,):
            raise ValueError(f"a query of shape ({self._dimension},) is expected, not {vector.shape}")
        documents = self._documents
        visible = documents.visible(principals, filters, self._codes.used)
        if not visible.count:
            return []
        version = documents.version
        searcher = self._codes.searcher()
        bitmap = visible.bitmap
        if self._cells is not None and visible.count > self._ivf_from:
            bitmap = self._cells.narrow(visible.mask, vector, _SEARCHED_CELLS)
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, searcher.search, np.ascontiguousarray(vector, np.float32), min(limit, visible.count), bitmap
        )
        if documents is not self._documents:  # cleared meanwhile
            return []
        slots, scores = found
        if documents.version != version:
            now = documents.visible(principals, filters, self._codes.used)
            kept = now.mask[slots] & (self._written[slots] <= version)
            slots, scores = slots[kept], scores[kept]
        return [self._hit(slot, score) for slot, score in zip(slots.tolist(), scores.tolist(), strict=True)]

    async def count(self) -> int:
        return len(self._slots)

    async def clear(self) -> None:
        async with self._saving, self._writing:  # a snapshot that is being written would come back at the next start
            self._reset()
            self._path.unlink(missing_ok=True)

    async def ping(self) -> None:
        """Always well: the store is memory of this process."""

    async def close(self) -> None:
        """Ends the threads. What was not saved is taken in again at the next start."""
        if self._training is not None:
            self._training.cancel()
            await asyncio.gather(self._training, return_exceptions=True)
        self._threads.shutdown(wait=True)

    async def trained(self) -> None:
        """Waits for cells that are being found, if any."""
        if self._training is not None:
            await self._training

    def _reset(self) -> None:
        self._codes = CodeTable(self._dimension)
        self._documents = SlotTable()
        self._cells: CellTable | None = None
        self._cells_for = 0
        self._slots: dict[str, int] = {}
        # By slot: the chunk that it holds, the document of that chunk, and the version at which it was written.
        self._chunks: list[tuple[str, str] | None] = []
        self._written = np.zeros(0, np.int64)
        self._free: list[int] = []
        self._last_seq = 0

    def _hit(self, slot: int, score: float) -> IndexHit:
        held = self._chunks[slot]
        if held is None:
            raise AssertionError("a visible slot holds a chunk")
        return IndexHit(held[0], held[1], score)

    def _upsert(self, entries: Sequence[IndexEntry]) -> None:
        vectors = np.asarray([entry.vector for entry in entries], np.float32)
        if vectors.shape[1:] != (self._dimension,) or not np.isfinite(vectors).all():
            raise ValueError(f"vectors of {self._dimension} finite numbers are expected, not shape {vectors.shape}")
        described: IndexEntry | None = None
        slots = np.empty(len(entries), np.int64)
        for position, entry in enumerate(entries):
            old = self._slots.get(entry.chunk_id)
            if old is not None:
                self._release(old)
            if described is None or described.document_id != entry.document_id or old is not None:
                self._documents.describe(DocumentFields.of(entry))
                described = entry
            slots[position] = slot = self._take(entry.chunk_id, entry.document_id)
            self._documents.assign(slot, entry.document_id)
        self._codes.write(slots, vectors)
        if self._cells is not None:
            self._cells.write(slots, vectors)
        self._written[slots] = self._documents.version

    def _take(self, chunk_id: str, document_id: str) -> int:
        if self._free:
            slot = self._free.pop()
            self._chunks[slot] = (chunk_id, document_id)
        else:
            slot = len(self._chunks)
            self._chunks.append((chunk_id, document_id))
            if slot >= len(self._written):
                self._written = np.concatenate([self._written, np.zeros(max(1024, slot // 2), np.int64)])
        self._slots[chunk_id] = slot
        return slot

    def _release(self, slot: int) -> None:
        held = self._chunks[slot]
        if held is None:
            return
        chunk_id, document_id = held
        self._documents.drop(slot, document_id)
        del self._slots[chunk_id]
        self._chunks[slot] = None
        self._free.append(slot)

    def _train_when_large(self) -> None:
        size = len(self._slots)
        running = self._training is not None and not self._training.done()
        if running or size <= self._ivf_from or (self._cells is not None and size < self._cells_for * _RETRAIN_GROWTH):
            return
        self._training = watched("vector-cells", self._train())

    async def _train(self) -> None:
        """Finds cells in a thread; what was written meanwhile is sorted in afterwards."""
        codes, version = self._codes, self._documents.version
        slots = np.fromiter(self._slots.values(), np.int64, len(self._slots))
        cells = await asyncio.get_running_loop().run_in_executor(None, CellTable.train, slots, codes.decode)
        if codes is not self._codes:
            return
        late = np.flatnonzero(self._written[: len(self._chunks)] > version)
        if len(late):
            cells.write(late, codes.decode(late))
        self._cells, self._cells_for = cells, len(slots)
        log.info("vector_cells_found", chunks=len(slots))

    def _copy(self, seq: int) -> Snapshot:
        slots_of = self._documents.slots
        documents: list[tuple[DocumentFields, list[str]]] = []
        order: list[int] = []
        for document_id in self._documents:
            fields = self._documents.fields(document_id)
            slots = sorted(slots_of[document_id])
            order.extend(slots)
            documents.append((fields, [held[0] for slot in slots if (held := self._chunks[slot]) is not None]))
        codes = self._codes.state(np.array(order, np.int64))
        return Snapshot(self._model_id, self._dimension, seq, documents, codes)

    def _load(self) -> None:
        try:
            snapshot = read_snapshot(self._path)
        except FileNotFoundError:
            log.info("vector_index_empty", file=str(self._path), reason="no snapshot yet; built from the stored chunks")
            return
        except (SnapshotUnusable, ValueError, KeyError, TypeError, OSError) as error:
            log.warning("vector_index_rebuilt", file=str(self._path), reason=str(error))
            return
        if (snapshot.model_id, snapshot.dimension) != (self._model_id, self._dimension):
            log.warning(
                "vector_index_rebuilt", file=str(self._path), reason=f"it is of another model ({snapshot.model_id})"
            )
            return
        self._codes.restore(snapshot.codes)
        for fields, chunk_ids in snapshot.documents:
            self._documents.describe(fields)
            for chunk_id in chunk_ids:
                self._documents.assign(self._take(chunk_id, fields.document_id), fields.document_id)
        self._last_seq = snapshot.last_seq
        log.info("vector_index_loaded", chunks=len(self._slots), last_seq=self._last_seq)
