"""Deletion of documents with everything that only they used: decided in one write, finished after any crash."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from typing import Any

import structlog

from backend.db.collection import Record
from backend.documents.blobs import BlobStore
from backend.documents.repository import DocumentRepository
from backend.documents.texts import ChunkRepository, VersionRepository
from backend.documents.work import WorkRepository
from backend.embedding.indexing.legs import Legs
from backend.embedding.indexing.state import IndexStateRepository

log = structlog.get_logger(__name__)

_AT_ONCE = 200


class Removal:
    """Deletes heads, texts, chunks, vectors and originals. Cited words stay with their citations."""

    def __init__(
        self,
        *,
        work: WorkRepository,
        documents: DocumentRepository,
        versions: VersionRepository,
        chunks: ChunkRepository,
        blobs: BlobStore,
        state: IndexStateRepository,
        legs: Legs,
        lock: asyncio.Lock,
        forget_vectors: Callable[[Sequence[str]], Any],
    ) -> None:
        self._work = work
        self._documents = documents
        self._versions = versions
        self._chunks = chunks
        self._blobs = blobs
        self._state = state
        self._legs = legs
        self._lock = lock
        self._forget_vectors = forget_vectors

    async def remove(self, document_ids: Sequence[str]) -> list[str]:
        """Deletes documents and all that is inside them; returns the ids of what there was. Unknown ids are ignored.

        All of it is decided before an index is asked, which may be down. When it returns no search finds them.
        """
        decided = await self._decide(document_ids)
        await self._carry_out(decided)
        if decided:
            log.info("documents_deleted", documents=len(decided))
        return decided

    async def recover(self, *, before: datetime | None = None) -> None:
        """Finishes deletions that a crash or an index that was down cut short; with `before`, those from before then.

        Safe beside a process that is at the same deletion.
        """
        while ids := await self._state.open_deletions(limit=_AT_ONCE, before=before):
            there = await self._decide(ids)  # what a crash left of the heads, or of what is inside
            await self._carry_out(list(dict.fromkeys([*ids, *there])))
            log.info("deletions_recovered", documents=len(ids))

    async def tidy(self) -> None:
        """Removes what former versions left when a crash, or an index that was down, came right after a new one was
        announced.

        Safe beside work under way, also in other processes: what is newer than the version that counts stays.
        """
        while untidy := await self._work.unscoped_untidy(limit=_AT_ONCE):
            stale = {
                document_id: former
                for document_id, version in untidy.items()
                if (former := await self._chunks.unscoped_former(document_id, version=version))
            }
            keys = [key for former in stale.values() for key in former]
            if keys:
                async with self._lock:
                    await self._legs.delete_chunks([id_ for id_, _ in keys])
                    # An index that was saved with them is saved again, or catches up.
                    await self._work.unscoped_renumber(list(stale), seq=await self._state.next_seq())
                await self._chunks.unscoped_delete([id_ for id_, _ in keys])
                await self._forget_vectors([hash_ for _, hash_ in keys])
            for document_id, version in untidy.items():
                await self._versions.unscoped_drop(document_id, before_version=version)
            await self._work.unscoped_tidied(untidy)
            log.info("former_versions_removed", documents=len(untidy), chunks=len(keys))

    async def sweep(self, *, before: datetime | None = None) -> None:
        """Removes texts that came in but were never acknowledged, since a crash came before the head.

        With `before`, only texts from before then: other processes may be about to write the heads of later ones.
        """
        orphans = []
        async for text_id, document_id in self._versions.unscoped_pending(before=before):
            head = await self._documents.unscoped_record(document_id, ("pending_text",))
            if head is None or head.get("pending_text") != text_id:
                orphans.append(text_id)
        await self._versions.unscoped_drop_texts(orphans)

    async def _decide(self, document_ids: Sequence[str]) -> list[str]:
        """Decides the deletion of documents and all inside them, outer ones first; returns the ids of what there was.

        What is inside is looked up when the heads are gone: whoever stores more of it after that sees them gone, and
        deletes it again.
        """
        decided: list[str] = []
        ids = list(document_ids)
        heads = await _in_parts(ids, partial(self._documents.unscoped_many, fields=("blob",)))
        while ids:
            for some in batched(heads, _AT_ONCE, strict=False):
                await self._bury(some)
            decided += [head["_id"] for head in heads]
            heads = await _in_parts(ids, self._documents.unscoped_children)
            ids = [head["_id"] for head in heads]
        return decided

    async def _bury(self, heads: Sequence[Record]) -> None:
        ids = [head["_id"] for head in heads]
        blobs = {head["_id"]: head["blob"] for head in heads if head.get("blob")}
        async with self._lock:
            seq = await self._state.next_seq()
            await self._state.bury(ids, blobs, seq=seq, now=datetime.now(UTC))
            await self._documents.unscoped_delete(ids)

    async def _carry_out(self, document_ids: Sequence[str]) -> None:
        for some in batched(document_ids, _AT_ONCE, strict=False):
            ids = list(some)
            async with self._lock:
                await self._legs.delete_documents(ids)
            await self._clear_away(ids)

    async def _clear_away(self, document_ids: Sequence[str]) -> None:
        await self._versions.unscoped_drop_all(document_ids)
        keys = await self._chunks.unscoped_keys_of_documents(document_ids)
        await self._chunks.unscoped_delete([id_ for id_, _ in keys])
        await self._forget_vectors([hash_ for _, hash_ in keys])
        await self._blobs.trash(await self._state.blobs_of(document_ids))
        await self._state.close_deletions(document_ids)


async def _in_parts(ids: Sequence[str], look: Callable[[Sequence[str]], Awaitable[list[Record]]]) -> list[Record]:
    """What `look` finds for these ids."""
    return [head for some in batched(ids, _AT_ONCE, strict=False) for head in await look(some)]
