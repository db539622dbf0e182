"""Indexing: from a queued head to a document that searches find, whatever happens in between."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from backend.db.collection import Database
from backend.documents.blobs import BlobStore
from backend.documents.models import DocumentError
from backend.documents.repository import DocumentRepository
from backend.documents.texts import ChunkRepository, VersionRepository
from backend.documents.work import Claim, WorkRepository
from backend.embedding.cache import EmbeddingCache
from backend.embedding.indexing.access import AccessSpread
from backend.embedding.indexing.catchup import CatchUp
from backend.embedding.indexing.legs import Legs, VectorLeg
from backend.embedding.indexing.prepare import Preparation, StoreChildren
from backend.embedding.indexing.removal import Removal
from backend.embedding.indexing.state import IndexStateRepository, Serving
from backend.embedding.indexing.writer import Finished, GroupWriter
from backend.errors import BibliosError, Unavailable, UpstreamError, UpstreamRateLimited, UpstreamTransient
from backend.extraction.extraction import ExtractionPool
from backend.jobs.queue import JobQueue
from backend.monitoring import metrics
from backend.settings import Settings

log = structlog.get_logger(__name__)

JOB = "index_document"
_RECOVERED_AT_ONCE = 2000
_SAVE_SECONDS = 30.0
_START_WAIT_SECONDS = 2.0
_RETRY_SECONDS = 5.0
#: With other processes at work: a text without a head after so long was never acknowledged.
_UNACKNOWLEDGED = timedelta(hours=1)
#: A document that was claimed so often without an outcome takes the process down with it.
_MAX_CLAIMS = 25
_INTERNAL = DocumentError(
    code="internal_error",
    message="Something went wrong on our side while this was read. Try again; if it stays, tell your operator.",
)


class IndexingService:
    """Carries documents through indexing and keeps the indexes true. Also the library's `Indexer`.

    Args:
        legs: the indexes; `legs.vectors[0]` serves. A second one is built in the background, then takes over.
        switched: called with the new serving leg when a newly built index takes over.
    """

    def __init__(
        self,
        *,
        database: Database,
        blobs: BlobStore,
        jobs: JobQueue,
        extraction: ExtractionPool,
        cache: EmbeddingCache,
        legs: Legs,
        state: IndexStateRepository,
        switched: Callable[[VectorLeg], None],
        settings: Settings,
    ) -> None:
        self._settings = settings
        self._jobs = jobs
        self._cache = cache
        self._legs = legs
        self._state = state
        self._switched = switched
        self._documents = DocumentRepository(database)
        self._chunks = ChunkRepository(database)
        self._work = WorkRepository(database)
        versions = VersionRepository(database)
        self._lock = asyncio.Lock()
        self._held: dict[str, Claim] = {}
        self._preparing = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._preparation = Preparation(
            versions=versions, blobs=blobs, extraction=extraction, legs=legs, settings=settings.processing
        )
        self._removal = Removal(
            documents=self._documents,
            versions=versions,
            chunks=self._chunks,
            blobs=blobs,
            state=state,
            legs=legs,
            lock=self._lock,
            forget_vectors=self._forget_vectors,
        )
        self._access = AccessSpread(work=self._work, state=state, legs=legs, lock=self._lock)
        self._writer = GroupWriter(
            work=self._work,
            versions=versions,
            chunks=self._chunks,
            state=state,
            legs=legs,
            lock=self._lock,
            under_way=lambda: self._preparing,
            forget_vectors=self._forget_vectors,
            settled=self._settled,
            access_changed=self._access.announce,
        )
        self._catch_up = CatchUp(
            work=self._work,
            documents=self._documents,
            chunks=self._chunks,
            state=state,
            lock=self._lock,
            shared=settings.uses_mongodb,
        )
        jobs.register(JOB, self.process)
        jobs.recover(JOB, self._due, every_seconds=settings.jobs.recovery_seconds)

    def use_children_store(self, store: StoreChildren) -> None:
        """Where the files inside archives and mails go; before `start`."""
        self._preparation.store_children = store

    # -- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Finishes what a crash cut short, then brings the indexes up to date.

        A small rest is taken in before this returns; a long one goes on in the background while the server serves.
        """
        if not self._settings.uses_mongodb:  # the data folder is locked: nobody else can hold a lease
            released = await self._work.unscoped_release_all(now=datetime.now(UTC))
            if released:
                log.info("interrupted_documents_requeued", documents=released)
            await self._removal.tidy(self._work)
        await self._recover_deletions()
        others_at_work = datetime.now(UTC) - _UNACKNOWLEDGED if self._settings.uses_mongodb else None
        await self._removal.sweep(before=others_at_work)
        self._access.start()
        await self._access.announce(await self._work.unscoped_dirty(limit=_RECOVERED_AT_ONCE))
        self._writer.start()
        catching_up = asyncio.create_task(self._catch_up_all(), name="index-catch-up")
        self._tasks = [
            catching_up,
            asyncio.create_task(self._beat(), name="index-heartbeat"),
            asyncio.create_task(self._save_regularly(), name="index-save"),
        ]
        await asyncio.wait([catching_up], timeout=_START_WAIT_SECONDS)
        if catching_up.done():
            catching_up.result()

    async def stop(self) -> None:
        """Commits what is finished and saves the indexes; call it after the job queue has stopped."""
        await self._writer.stop()
        await self._access.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.save()

    async def save(self) -> None:
        """Makes the derived indexes durable up to the present, and drops tombstones that all of them have seen."""
        async with self._lock:
            seq = await self._state.current_seq()
            for leg in self._legs.vectors:
                await leg.progress.save(leg.store, seq)
            await self._legs.lexical.progress.save(self._legs.lexical.index, seq)
            reached = [await leg.progress.last_seq(leg.store) for leg in self._legs.vectors]
            reached.append(await self._legs.lexical.progress.last_seq(self._legs.lexical.index))
            await self._state.forget_deletions(up_to=min(reached))

    @property
    def caught_up(self) -> bool:
        """Whether every index answers for every indexed document."""
        return self._legs.lexical.progress.complete and all(leg.progress.complete for leg in self._legs.vectors)

    # -- the library's side --------------------------------------------------------------------------------------

    async def announce(self, document_ids: Sequence[str]) -> None:
        await self._jobs.send(JOB, document_ids)

    async def remove(self, document_ids: Sequence[str]) -> None:
        await self._removal.remove(document_ids)

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        await self._access.announce(document_ids)

    async def access_settled(self) -> None:
        """Waits until every announced change of access is in the indexes."""
        await self._access.settled()

    # -- the job -------------------------------------------------------------------------------------------------

    async def process(self, document_id: str) -> None:
        """Claims a due document and brings it to the writer; does nothing if it is not due. Never raises for the
        document's own faults: they land on its head."""
        lease = timedelta(seconds=self._settings.jobs.lease_seconds)
        self._preparing += 1
        try:
            claim = await self._work.unscoped_claim(document_id, now=datetime.now(UTC), lease=lease)
            if claim is None:
                return
            structlog.contextvars.bind_contextvars(document_id=document_id)
            self._held[claim.token] = claim
            await self._attempt(claim)
        finally:
            self._preparing -= 1

    async def _attempt(self, claim: Claim) -> None:
        try:
            if claim.attempts > _MAX_CLAIMS:
                await self._fail(claim, DocumentError(code="gave_up", message=_INTERNAL.message))
                return
            finished = await self._preparation.prepare(claim)
            await self._writer.submit(finished)
        except asyncio.CancelledError:
            # The server stops: the document is due again at once for whoever starts next.
            await asyncio.shield(self._give_back(claim))
            raise
        except Exception as error:  # noqa: BLE001 - every failure becomes the document's outcome or another attempt
            await self._failed(claim, error)

    async def _give_back(self, claim: Claim) -> None:
        self._held.pop(claim.token, None)
        await self._work.unscoped_postpone(claim, due_at=datetime.now(UTC), failed=False)

    async def _failed(self, claim: Claim, error: BaseException) -> None:
        self._held.pop(claim.token, None)
        transient = isinstance(error, Unavailable | UpstreamTransient | UpstreamRateLimited)
        if transient and claim.failures + 1 < self._settings.jobs.max_attempts:
            seconds = _RETRY_SECONDS * 2**claim.failures
            if isinstance(error, UpstreamRateLimited) and error.retry_after_seconds:
                seconds = max(seconds, error.retry_after_seconds)
            log.warning("document_postponed", document_id=claim.document.id, error=str(error), seconds=seconds)
            await self._work.unscoped_postpone(
                claim, due_at=datetime.now(UTC) + timedelta(seconds=seconds), failed=True
            )
            return
        if isinstance(error, BibliosError):
            reason = DocumentError(code=error.code, message=error.message)
        else:
            log.error("document_crashed", document_id=claim.document.id, exc_info=error)
            reason = _INTERNAL
        await self._fail(claim, reason)

    async def _fail(self, claim: Claim, reason: DocumentError) -> None:
        self._held.pop(claim.token, None)
        if await self._work.unscoped_fail(claim, reason, {}):
            metrics.DOCUMENTS_FAILED.labels(reason.code).inc()
            log.warning("document_failed", document_id=claim.document.id, code=reason.code)

    async def _settled(self, group: Sequence[Finished], error: BaseException | None) -> None:
        """The writer's report: the leases end, or the documents get another attempt."""
        for finished in group:
            if error is None:
                self._held.pop(finished.claim.token, None)
                continue
            try:
                await self._failed(finished.claim, error)
            except BibliosError as failure:  # the database is down as well: the lease ends by itself, recovery follows
                log.warning("document_left_to_recovery", document_id=finished.claim.document.id, error=str(failure))

    # -- in the background -------------------------------------------------------------------------------------

    async def _due(self) -> Sequence[str]:
        """What recovery re-sends; also makes up for access changes that a crash kept from the indexes."""
        await self._recover_deletions(before=datetime.now(UTC) - timedelta(seconds=self._settings.jobs.lease_seconds))
        await self._access.announce(await self._work.unscoped_dirty(limit=_RECOVERED_AT_ONCE))
        return await self._work.unscoped_due(now=datetime.now(UTC), limit=_RECOVERED_AT_ONCE)

    async def _recover_deletions(self, *, before: datetime | None = None) -> None:
        """While an index is down, deletions wait; searches show nothing of them, since they read from the truth."""
        try:
            await self._removal.recover(before=before)
        except Unavailable as error:
            log.warning("deletions_postponed", dependency=error.dependency, error=error.message)

    async def _catch_up_all(self) -> None:
        while True:
            try:
                await self._catch_up_once()
            except (Unavailable, UpstreamError) as error:
                log.warning("index_catch_up_interrupted", error=str(error), seconds=_RETRY_SECONDS)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def _catch_up_once(self) -> None:
        serving, *building = self._legs.vectors
        await self._catch_up.run(self._legs.lexical)
        await self._catch_up.run(serving)
        for leg in list(building):
            log.info("model_change_started", model_id=leg.model_id, serving=serving.model_id)
            await self._catch_up.run(leg)
            await self._switch(leg)

    async def _switch(self, leg: VectorLeg) -> None:
        """The new index takes over. Cut short, it is built again from the cache at the next start."""
        async with self._lock:
            former = [other for other in self._legs.vectors if other is not leg]
            self._legs.vectors[:] = [leg]
            self._switched(leg)
            for other in former:  # before the new one is saved: both may keep their snapshot in one place
                await other.store.clear()
            await leg.progress.save(leg.store, await self._state.current_seq())
            await self._state.set_serving(Serving(leg.model_id, leg.embedder.dimension))
        log.info("model_change_finished", model_id=leg.model_id)

    async def _beat(self) -> None:
        """Keeps the leases of documents that are being read or wait to be written."""
        seconds = self._settings.jobs.lease_seconds
        while True:
            await asyncio.sleep(seconds / 3)
            if not self._held:
                continue
            with contextlib.suppress(Unavailable):  # the next beat comes long before the leases end
                await self._work.unscoped_extend(
                    list(self._held.values()), until=datetime.now(UTC) + timedelta(seconds=seconds)
                )

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(_SAVE_SECONDS)
            try:
                await self.save()
            except (Unavailable, UpstreamError, OSError) as error:
                log.warning("index_save_failed", error=str(error))

    async def _forget_vectors(self, hashes: Sequence[str]) -> None:
        if unused := await self._chunks.unscoped_unused(hashes):
            await self._cache.delete_unused(unused)
