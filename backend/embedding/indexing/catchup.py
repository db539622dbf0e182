"""Brings an index up to the present from the stored chunks: after a restart, a loss, or a change of model.

Vectors come from the cache; those of a model that never saw a chunk are computed, outside the lock, so that
searches and uploads go on while a new index is built.
"""

import asyncio
from collections.abc import Sequence

import numpy as np
import structlog

from backend.db.collection import Record
from backend.documents.models import Chunk
from backend.documents.repository import DocumentRepository
from backend.documents.texts import ChunkRepository
from backend.documents.work import WorkRepository
from backend.embedding.indexing.embedded_text import embedded_text
from backend.embedding.indexing.legs import LexicalLeg, VectorLeg
from backend.embedding.indexing.state import IndexStateRepository
from backend.embedding.indexing.writer import make_entry
from backend.embedding.models.base import Vectors
from backend.embedding.search.derived import DerivedIndex
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.refusal import DocumentRefused
from backend.embedding.vector_store.base import VectorStore

log = structlog.get_logger(__name__)

_DOCUMENTS_AT_ONCE = 200
_CHUNKS_AT_ONCE = 2000
_NO_VECTOR: Vectors = np.empty(0, dtype=np.float32)
_HEAD_FIELDS = (
    "title",
    "version",
    "source",
    "kind",
    "connection_id",
    "access",
    "author",
    "language",
    "tags",
    "path",
    "filename",
    "modified_at",
)


class CatchUp:
    """Takes changes into one index in the order of their sequence numbers."""

    def __init__(
        self,
        *,
        work: WorkRepository,
        documents: DocumentRepository,
        chunks: ChunkRepository,
        state: IndexStateRepository,
        lock: asyncio.Lock,
        shared: bool = False,
    ) -> None:
        """`shared`: other processes write the same database, and the indexes that are on servers of their own."""
        self._shared = shared
        self._work = work
        self._documents = documents
        self._chunks = chunks
        self._state = state
        self._lock = lock

    async def run(self, leg: VectorLeg | LexicalLeg) -> int:
        """Returns how many documents were taken in; afterwards the index is complete and stays so.

        All that it does not refuse is in it then.
        """
        index = leg.store if isinstance(leg, VectorLeg) else leg.index
        name = leg.progress.name
        seq = await leg.progress.last_seq(index)
        present = await self._state.current_seq()
        if not isinstance(index, DerivedIndex) and seq > 0 and await self._lost(index):
            log.warning("index_lost", index=name, action="rebuilding")
            await self._state.forget_progress(name)
            seq = 0
        if self._shared and not isinstance(index, DerivedIndex):
            return await self._fill_shared(leg)
        if seq > present:
            log.warning("index_is_ahead", index=name, index_seq=seq, database_seq=present, action="rebuilding")
            seq = 0
        if seq == 0:
            leg.progress.complete = False  # a catch-up that is started again: what is empty must not be saved as whole
            await index.clear()
            await self._state.forget_progress(name)
            if present > 0:
                log.warning("index_rebuild_started", index=name, changes=present)
        elif deleted := await self._state.deleted_since(seq):
            async with self._lock:
                await index.delete_documents(deleted)
        return await self._take_in_since(leg, seq)

    async def _lost(self, index: VectorStore | LexicalIndex) -> bool:
        """Whether a server that should hold everything holds nothing, e.g. since its disk was exchanged."""
        return await index.count() == 0 and await self._chunks.unscoped_count() > 0

    async def _fill_shared(self, leg: VectorLeg | LexicalLeg) -> int:
        """Fills an index that other processes may be writing at this moment.

        Every process writes a change into it before the change is announced, so once it has been filled there is
        nothing to catch up with. It is never cleared and nothing is deleted from it here: that could be what another
        process has just written. What is left over is never shown, since hits are read from the stored chunks.
        """
        name = leg.progress.name
        if await self._state.has_progress(name):
            leg.progress.complete = True
            return 0
        present = await self._state.current_seq()
        if present > 0:
            log.warning("index_rebuild_started", index=name, changes=present)
        taken = await self._take_in_since(leg, 0)
        await self._state.set_progress(name, present)
        return taken

    async def _take_in_since(self, leg: VectorLeg | LexicalLeg, seq: int) -> int:
        name = leg.progress.name
        fresh = seq == 0
        taken = 0
        while True:
            changed = await self._work.unscoped_changed_since(seq, limit=_DOCUMENTS_AT_ONCE)
            ids = [record["_id"] for record in changed]
            for part in await self._parts(ids):
                await self._take_in_or_leave(leg, part, fresh=fresh)
            taken += len(ids)
            if changed:
                seq = changed[-1]["index_seq"]
                continue
            async with self._lock:
                # Under the lock nothing changes; what was announced before it is taken in by the next round.
                if not await self._work.unscoped_changed_since(seq, limit=1):
                    leg.progress.complete = True
                    break
        if taken:
            log.info("index_caught_up", index=name, documents=taken)
        return taken

    async def _parts(self, document_ids: Sequence[str]) -> list[list[str]]:
        """Splits documents so that one step holds a bounded number of chunks."""
        sizes = {r["_id"]: r.get("chunks", 0) for r in await self._documents.unscoped_many(document_ids, ("chunks",))}
        parts: list[list[str]] = []
        room = 0
        for id_ in document_ids:
            size = sizes.get(id_, 0)
            if not parts or size > room:
                parts.append([])
                room = _CHUNKS_AT_ONCE
            parts[-1].append(id_)
            room -= size
        return parts

    async def _take_in_or_leave(self, leg: VectorLeg | LexicalLeg, document_ids: Sequence[str], *, fresh: bool) -> None:
        """A document that the index refuses is left out of it, so that all others are found."""
        try:
            await self._take_in(leg, document_ids, fresh=fresh)
        except DocumentRefused as error:
            if len(document_ids) == 1:
                log.warning("document_left_out", document_id=document_ids[0], index=leg.progress.name, error=str(error))
                return
            for document_id in document_ids:
                await self._take_in_or_leave(leg, [document_id], fresh=fresh)

    async def _take_in(self, leg: VectorLeg | LexicalLeg, document_ids: Sequence[str], *, fresh: bool) -> None:
        index = leg.store if isinstance(leg, VectorLeg) else leg.index
        heads, chunks = await self._read(document_ids)
        if isinstance(leg, VectorLeg):
            await self._embed(leg, heads, chunks)  # fills the cache; may take long
        async with self._lock:
            heads, chunks = await self._read(document_ids)
            vectors = await self._embed(leg, heads, chunks) if isinstance(leg, VectorLeg) else None
            entries = [
                make_entry(
                    chunk,
                    _NO_VECTOR if vectors is None else vectors[row],
                    title=heads[chunk.document_id]["title"],
                    source=heads[chunk.document_id]["source"],
                    kind=heads[chunk.document_id]["kind"],
                    head=heads[chunk.document_id],
                    connection_id=heads[chunk.document_id].get("connection_id"),
                )
                for row, chunk in enumerate(chunks)
            ]
            if not fresh:
                await index.delete_documents(document_ids)
            if entries:
                await index.upsert(entries)

    async def _read(self, document_ids: Sequence[str]) -> tuple[dict[str, Record], list[Chunk]]:
        heads = {r["_id"]: r for r in await self._documents.unscoped_many(document_ids, _HEAD_FIELDS)}
        chunks = await self._chunks.unscoped_of_documents(list(heads))
        return heads, [chunk for chunk in chunks if chunk.version == heads[chunk.document_id]["version"]]

    async def _embed(self, leg: VectorLeg, heads: dict[str, Record], chunks: Sequence[Chunk]) -> Vectors:
        if not chunks:
            return np.empty((0, leg.embedder.dimension), dtype=np.float32)
        return await leg.batcher.embed(
            [(embedded_text(heads[chunk.document_id]["title"], chunk.text), chunk.hash) for chunk in chunks]
        )
