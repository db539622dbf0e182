"""Indexing: from a queued head to a document that searches find, whatever happens in between."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
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
from backend.embedding.indexing.feed import Clock, FairFeed
from backend.embedding.indexing.legs import Legs, VectorLeg
from backend.embedding.indexing.prepare import Preparation, StoreChildren
from backend.embedding.indexing.removal import Removal
from backend.embedding.indexing.state import IndexStateRepository, Serving
from backend.embedding.indexing.upkeep import UNACKNOWLEDGED, Upkeep
from backend.embedding.indexing.writer import Finished, GroupWriter
from backend.errors import (
    BibliosError,
    ExtractionFailed,
    Unavailable,
    UpstreamError,
    UpstreamRateLimited,
    UpstreamTransient,
)
from backend.extraction.extraction import ExtractionPool
from backend.jobs.queue import Backlog, Job, JobQueue
from backend.jobs.queues import HOLDERS_SHARE, INDEXING
from backend.monitoring import metrics
from backend.retry import Backoff, retrying
from backend.settings import Settings
from backend.supervised import Supervised, supervised

log = structlog.get_logger(__name__)

JOB = Job("index_documents", INDEXING)
_RECOVERED_AT_ONCE = 2000
#: Messages that may wait at once to say that there is work. Each brings one worker to the feed, which chooses what
#: to work on; so they carry a number instead of a document.
_CALLS = 64
#: So many documents are worked off for one message; then it goes to the end of the queue.
_BATCH_DOCUMENTS = 32
_SUPERSEDED_SECONDS = 2.0
_SAVE_SECONDS = 30.0
_START_WAIT_SECONDS = 2.0
#: While an index or an API is down, catching up is tried again for as long as it takes.
_CATCH_UP = Backoff(5.0, longest_seconds=60.0)
_DOCUMENT_PAUSE_SECONDS = 5.0
#: An API that wants to be left alone for longer fails the document, which can be tried again by hand.
_LONGEST_PAUSE_SECONDS = 24 * 3600.0
#: A document that was claimed so often without an outcome takes the process down with it.
_MAX_CLAIMS = 25
_INTERNAL = DocumentError(
    code="internal_error",
    message="Something went wrong on our side while this was read. Try again; if it stays, tell your operator.",
)


@dataclass(slots=True, eq=False)
class _Held:
    """A claim of this process, and the task that prepares the document."""

    claim: Claim
    preparing: asyncio.Future[Finished]
    since: datetime
    superseded: bool = False


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
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._clock = clock
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
        self._held: dict[str, _Held] = {}
        self._backoff = Backoff(
            _DOCUMENT_PAUSE_SECONDS, attempts=settings.jobs.max_attempts, longest_seconds=_LONGEST_PAUSE_SECONDS
        )
        self._calls = itertools.cycle(range(_CALLS))
        self._feed = FairFeed(
            self._work,
            places=HOLDERS_SHARE * settings.jobs.concurrency,
            lease=timedelta(seconds=settings.jobs.lease_seconds),
            clock=clock,
        )
        self._tasks: list[Supervised] = []
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
            under_way=self._feed.at_work_of,
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
        self._upkeep = Upkeep(
            database=database,
            blobs=blobs,
            in_use=self._documents.unscoped_blobs_in_use,
            removal=self._removal,
            legs=legs,
            save=self.save,
            settings=settings.deletion,
            sleep=asyncio.sleep,
        )
        jobs.register(JOB, self.work_off)
        jobs.recover(JOB, self._due, every_seconds=settings.jobs.recovery_seconds)
        jobs.measure(INDEXING, self._backlog)

    def use_children_store(self, store: StoreChildren) -> None:
        """Where the files inside archives and mails go; before `start`."""
        self._preparation.store_children = store

    # -- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Finishes what a crash cut short, then brings the indexes up to date.

        A small rest is taken in before this returns; a long one goes on in the background while the server serves.
        """
        if not self._settings.uses_mongodb:  # the data folder is locked: nobody else can hold a lease
            released = await self._work.unscoped_release_all(now=self._clock())
            if released:
                log.info("interrupted_documents_requeued", documents=released)
            await self._removal.tidy(self._work)
        await self._recover_deletions()
        others_at_work = self._clock() - UNACKNOWLEDGED if self._settings.uses_mongodb else None
        await self._removal.sweep(before=others_at_work)
        await self._access.announce(await self._work.unscoped_dirty(limit=_RECOVERED_AT_ONCE))
        self._writer.start()
        catching_up = supervised("index-catch-up", self._catch_up_all)
        self._tasks = [
            catching_up,
            supervised("access-spread", self._access.run),
            supervised("index-heartbeat", self._beat),
            supervised("index-superseded", self._watch),
            supervised("index-save", self._save_regularly),
            supervised("deletion-upkeep", self._upkeep.run_regularly),
        ]
        await catching_up.wait(_START_WAIT_SECONDS)

    async def stop(self) -> None:
        """Commits what is finished and saves the indexes; call it after the job queue has stopped."""
        await self._writer.stop()
        for task in self._tasks:
            await task.stop()
        await self.save()

    async def ping(self) -> None:
        """Errors: `Unavailable` naming a background task that has died and is started again."""
        for task in self._tasks:
            task.check()
        self._writer.check()

    async def clear_away_deleted(self) -> None:
        """Takes off the disk what was deleted, but for originals that are still in the trash; happens regularly."""
        await self._upkeep.run()

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
        calls = min(len(document_ids), _CALLS)
        await self._jobs.send(JOB, [str(next(self._calls)) for _ in range(calls)])
        await self._drop_superseded(document_ids)

    async def remove(self, document_ids: Sequence[str]) -> None:
        await self._removal.remove(document_ids)
        await self._drop_superseded(document_ids)

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        await self._access.announce(document_ids)

    async def access_settled(self) -> None:
        """Waits until every announced change of access is in the indexes."""
        await self._access.settled()

    # -- the job -------------------------------------------------------------------------------------------------

    async def work_off(self, call: str) -> None:
        """Works off due documents one after the other, until none is left or others should have a turn.

        Never raises for a document's own faults: they land on its head.
        """
        for _ in range(_BATCH_DOCUMENTS):
            claim = await self._feed.claim()
            if claim is None:
                return
            try:
                with structlog.contextvars.bound_contextvars(document_id=claim.document.id):
                    await self._attempt(claim)
            finally:
                self._feed.release(claim.holder)
        await self._jobs.send(JOB, [call])

    async def _attempt(self, claim: Claim) -> None:
        preparing = asyncio.ensure_future(self._preparation.prepare(claim))
        held = self._held[claim.token] = _Held(claim, preparing, self._clock())
        try:
            if claim.attempts > _MAX_CLAIMS:
                preparing.cancel()
                reason = DocumentError(code="gave_up", message=_INTERNAL.message)
                await self._fail(claim, reason, members_stored=False)
                return
            await self._writer.submit(await preparing)
        except asyncio.CancelledError:
            if held.superseded:
                self._held.pop(claim.token, None)
                log.info("document_superseded", document_id=claim.document.id)
                return
            # The server stops: the document is due again at once for whoever starts next.
            await asyncio.shield(self._give_back(claim))
            raise
        except Exception as error:  # noqa: BLE001 - every failure becomes the document's outcome or another attempt
            await self._failed(claim, error)

    async def _drop_superseded(self, document_ids: Collection[str]) -> None:
        """Ends the work on documents that were deleted or replaced meanwhile: its outcome would be dropped anyway."""
        ids = frozenset(document_ids)
        mine = [held for held in self._held.values() if held.claim.document.id in ids and not held.preparing.done()]
        if not mine:
            return
        there = await self._work.unscoped_held([held.claim.document.id for held in mine])
        for held in mine:
            if there.get(held.claim.document.id, {}).get("lease_token") != held.claim.token:
                held.superseded = True
                held.preparing.cancel()

    async def _give_back(self, claim: Claim) -> None:
        self._held.pop(claim.token, None)
        await self._work.unscoped_postpone(claim, due_at=self._clock(), failed=False)

    async def _failed(self, claim: Claim, error: BaseException) -> None:
        self._held.pop(claim.token, None)
        seconds = None
        if isinstance(error, Unavailable | UpstreamTransient | UpstreamRateLimited):
            asked = error.retry_after_seconds if isinstance(error, UpstreamRateLimited) else None
            seconds = self._backoff.pause(claim.failures + 1, asked_seconds=asked)
        if seconds is not None:
            log.warning("document_postponed", document_id=claim.document.id, error=str(error), seconds=seconds)
            await self._work.unscoped_postpone(claim, due_at=self._clock() + timedelta(seconds=seconds), failed=True)
            return
        if isinstance(error, BibliosError):
            reason = DocumentError(code=error.code, message=error.message)
            if error.hint:  # the document's error is shown to whoever may see the document
                log.warning("document_failed", document_id=claim.document.id, code=error.code, hint=error.hint)
        else:
            log.error("document_crashed", document_id=claim.document.id, exc_info=error)
            reason = _INTERNAL
        await self._fail(claim, reason, members_stored=not isinstance(error, ExtractionFailed))

    async def _fail(self, claim: Claim, reason: DocumentError, *, members_stored: bool) -> None:
        """Ends the work on a document. A new version that failed silences the words of the one before, unless the
        operator chose to keep those; then the reason tells how old they are."""
        changes: dict[str, object] = {}
        if claim.brings_text and claim.document.version > 0:
            last = claim.document.text_at or claim.document.indexed_at
            if not self._settings.processing.keep_last_readable or last is None or claim.document.silent:
                await self._replace_by_nothing(claim, reason, members_stored=members_stored)
                return
            message = f"{reason.message} Until it can be read, the version of {last:%d %B %Y} answers."
            reason = reason.model_copy(update={"message": message})
            changes["modified_at"] = last
        await self._end(claim, reason, changes)

    async def _replace_by_nothing(self, claim: Claim, reason: DocumentError, *, members_stored: bool) -> None:
        prepared: asyncio.Future[Finished] = asyncio.get_running_loop().create_future()
        prepared.set_result(await self._preparation.unreadable(claim, reason, members_stored=members_stored))
        self._held[claim.token] = _Held(claim, prepared, self._clock())  # until the writer reports
        await self._writer.submit(prepared.result())

    async def _end(self, claim: Claim, reason: DocumentError, changes: dict[str, object]) -> None:
        self._held.pop(claim.token, None)
        if await self._work.unscoped_fail(claim, reason, changes):
            self._count_failure(claim, reason)

    def _count_failure(self, claim: Claim, reason: DocumentError) -> None:
        metrics.DOCUMENTS_FAILED.labels(reason.code).inc()
        log.warning("document_failed", document_id=claim.document.id, code=reason.code)

    async def _settled(self, group: Sequence[Finished], error: BaseException | None) -> None:
        """The writer's report: the leases end, or the documents get another attempt."""
        for finished in group:
            if error is None:
                self._held.pop(finished.claim.token, None)
                if finished.failure is not None:
                    self._count_failure(finished.claim, finished.failure)
                continue
            try:
                if finished.failure is not None:  # its words are silenced by the head alone, then
                    await self._end(finished.claim, finished.failure, {"silent": True})
                else:
                    await self._failed(finished.claim, error)
            except Exception as failure:  # noqa: BLE001 - the lease ends by itself, and recovery follows
                log.warning("document_left_to_recovery", document_id=finished.claim.document.id, error=repr(failure))

    # -- in the background -------------------------------------------------------------------------------------

    async def _due(self) -> Sequence[str]:
        """What recovery re-sends; also makes up for access changes that a crash kept from the indexes."""
        await self._recover_deletions(before=self._clock() - timedelta(seconds=self._settings.jobs.lease_seconds))
        await self._access.announce(await self._work.unscoped_dirty(limit=_RECOVERED_AT_ONCE))
        due = await self._work.unscoped_due(now=self._clock(), limit=_CALLS)
        return [str(next(self._calls)) for _ in due]

    async def _backlog(self) -> Backlog:
        now = self._clock()
        depth, since = await self._work.unscoped_backlog(now=now)
        return Backlog(depth, (now - since).total_seconds() if since else 0.0)

    async def _recover_deletions(self, *, before: datetime | None = None) -> None:
        """While an index is down, deletions wait; searches show nothing of them, since they read from the truth."""
        try:
            await self._removal.recover(before=before)
        except Unavailable as error:
            log.warning("deletions_postponed", dependency=error.dependency, error=str(error))

    async def _catch_up_all(self) -> None:
        def interrupted(error: Exception, attempt: int, pause: float) -> None:
            log.warning("index_catch_up_interrupted", error=str(error), attempt=attempt, seconds=pause)

        await retrying(self._catch_up_once, _CATCH_UP, on=(Unavailable, UpstreamError), failed=interrupted)

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
            try:
                await self._work.unscoped_extend(
                    [held.claim for held in self._held.values()], until=self._clock() + timedelta(seconds=seconds)
                )
            except Unavailable as error:  # the next beat comes long before the leases end
                log.warning("leases_not_extended", documents=len(self._held), error=str(error))

    async def _watch(self) -> None:
        """Notices what other processes deleted or replaced while it is being read here."""
        while True:
            await asyncio.sleep(_SUPERSEDED_SECONDS)
            long_before = self._clock() - timedelta(seconds=_SUPERSEDED_SECONDS)
            slow = [held.claim.document.id for held in self._held.values() if held.since < long_before]
            with contextlib.suppress(Unavailable):  # the next look comes soon
                await self._drop_superseded(slow)

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
