"""Indexing: from a queued head to a document that searches find, whatever happens in between."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from backend.db.collection import Database
from backend.documents.blobs import BlobStore, InUse
from backend.documents.inside import Inside
from backend.documents.repository import DocumentRepository
from backend.documents.texts import ChunkRepository, VersionRepository
from backend.documents.work import WorkRepository
from backend.embedding.cache import EmbeddingCache
from backend.embedding.indexing.access import AccessSpread
from backend.embedding.indexing.catchup import CatchUp
from backend.embedding.indexing.feed import Clock, FairFeed
from backend.embedding.indexing.legs import Legs, VectorLeg
from backend.embedding.indexing.prepare import Preparation, StoreChildren
from backend.embedding.indexing.removal import Removal
from backend.embedding.indexing.state import IndexStateRepository, Serving
from backend.embedding.indexing.upkeep import UNACKNOWLEDGED, Upkeep
from backend.embedding.indexing.worker import PAUSE_SECONDS, DocumentWorker, TellOutcomes
from backend.embedding.indexing.writer import GroupWriter
from backend.errors import Unavailable, UpstreamError
from backend.extraction.extraction import ExtractionPool
from backend.jobs.queue import Backlog, Job, JobQueue
from backend.jobs.queues import HOLDERS_SHARE, INDEXING
from backend.retry import Backoff, retrying
from backend.settings import Settings
from backend.supervised import Supervised, supervised

log = structlog.get_logger(__name__)

JOB = Job("index_documents", INDEXING)
_RECOVERED_AT_ONCE = 2000
#: Messages that may wait at once to say that there is work. Each brings one worker to the feed, which chooses what
#: to work on; so they carry a number instead of a document.
_CALLS = 64
_SAVE_SECONDS = 30.0
_START_WAIT_SECONDS = 2.0
#: While an index or an API is down, catching up is tried again for as long as it takes.
_CATCH_UP = Backoff(5.0, longest_seconds=60.0)


class IndexingService:
    """Carries documents through indexing and keeps the indexes true. Also the library's `Indexer`.

    Args:
        legs: the indexes; `legs.vectors[0]` serves. A second one is built in the background, then takes over.
        switched: called with the new serving leg when a newly built index takes over.
        pause_seconds: before what failed for a passing reason is tried again for the first time.
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
        kept_elsewhere: InUse | None = None,
        clock: Clock = lambda: datetime.now(UTC),
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._jobs = jobs
        self._cache = cache
        self._legs = legs
        self._state = state
        self._switched = switched
        self._documents = DocumentRepository(database)
        self._kept_elsewhere = kept_elsewhere
        self._chunks = ChunkRepository(database)
        self._work = WorkRepository(database)
        versions = VersionRepository(database)
        self._lock = asyncio.Lock()
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
        self._worker = DocumentWorker(
            work=self._work,
            feed=self._feed,
            preparation=self._preparation,
            submit=lambda finished: self._writer.submit(finished),
            send_again=lambda call: jobs.send(JOB, [call]),
            settings=settings,
            clock=clock,
            pause_seconds=pause_seconds,
        )
        self._removal = Removal(
            work=self._work,
            documents=self._documents,
            versions=versions,
            chunks=self._chunks,
            blobs=blobs,
            state=state,
            legs=legs,
            lock=self._lock,
            forget_vectors=self._forget_vectors,
        )
        self._access = AccessSpread(
            work=self._work,
            inside=Inside(self._documents),
            state=state,
            legs=legs,
            lock=self._lock,
            pause_seconds=pause_seconds,
        )
        self._writer = GroupWriter(
            work=self._work,
            versions=versions,
            chunks=self._chunks,
            state=state,
            legs=legs,
            lock=self._lock,
            under_way=self._feed.at_work_of,
            forget_vectors=self._forget_vectors,
            settled=self._worker.settled,
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
            in_use=self._in_use,
            removal=self._removal,
            legs=legs,
            save=self.save,
            settings=settings.deletion,
            sleep=asyncio.sleep,
        )
        jobs.register(JOB, self.work_off)
        jobs.recover(JOB, self._due, every_seconds=settings.jobs.recovery_seconds)
        jobs.measure(INDEXING, self._backlog)

    async def _in_use(self, digests: Sequence[str]) -> set[str]:
        """Which originals a document, or somebody else, still names."""
        found = await self._documents.unscoped_blobs_in_use(digests)
        return found | await self._kept_elsewhere(digests) if self._kept_elsewhere else found

    def use_children_store(self, store: StoreChildren) -> None:
        """Where the files inside archives and mails go; before `start`."""
        self._preparation.store_children = store

    def use_outcomes(self, tell: TellOutcomes) -> None:
        """Who is told of documents that are done with, indexed or failed; before `start`."""
        self._worker.tell_outcomes = tell

    # -- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Finishes what a crash cut short, then brings the indexes up to date.

        A small rest is taken in before this returns; a long one goes on in the background while the server serves.
        """
        if not self._settings.uses_mongodb:  # the data folder is locked: nobody else can hold a lease
            released = await self._work.unscoped_release_all(now=self._clock())
            if released:
                log.info("interrupted_documents_requeued", documents=released)
            await self._upkeep.tidy()
        await self._recover_deletions()
        others_at_work = self._clock() - UNACKNOWLEDGED if self._settings.uses_mongodb else None
        await self._removal.sweep(before=others_at_work)
        await self._access.announce(await self._work.unscoped_dirty(limit=_RECOVERED_AT_ONCE))
        self._writer.start()
        catching_up = supervised("index-catch-up", self._catch_up_all)
        self._tasks = [
            catching_up,
            supervised("access-spread", self._access.run),
            supervised("index-heartbeat", self._worker.keep_leases),
            supervised("index-superseded", self._worker.watch),
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
        """Makes the derived indexes durable up to the present, and drops tombstones that all of them have seen.

        Indexing waits while a large index is copied, not while the copy is written.
        """
        async with self._lock:
            seq = await self._state.current_seq()
            finishing = [await leg.progress.begin_save(leg.store, seq) for leg in self._legs.vectors]
            await self._legs.lexical.progress.save(self._legs.lexical.index, seq)
        for finish in finishing:
            await finish()
        async with self._lock:
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
        await self._worker.drop_superseded(document_ids)

    async def remove(self, document_ids: Sequence[str]) -> None:
        removed = await self._removal.remove(document_ids)
        await self._worker.drop_superseded(removed)

    async def refresh_access(self, document_ids: Sequence[str]) -> None:
        await self._access.announce(document_ids)

    async def work_off(self, call: str) -> None:
        """The job: see `DocumentWorker.work_off`."""
        await self._worker.work_off(call)

    async def access_settled(self) -> None:
        """Waits until every announced change of access is in the indexes."""
        await self._access.settled()

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
