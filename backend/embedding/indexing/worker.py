"""The work on documents: each claimed head is read, embedded and handed to the writer, or ends with a reason.

A claim is held for as long as its document is under way here, and dropped when somebody takes the lease away.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from backend.documents.models import Document, DocumentError
from backend.documents.texts import TextDamaged
from backend.documents.work import Claim, WorkRepository
from backend.embedding.indexing.feed import Clock, FairFeed
from backend.embedding.indexing.prepare import Members, Preparation
from backend.embedding.indexing.writer import Finished
from backend.errors import BibliosError, Unavailable, UpstreamError, UpstreamRateLimited, UpstreamTransient
from backend.monitoring import metrics
from backend.retry import Backoff
from backend.settings import Settings

log = structlog.get_logger(__name__)

#: So many documents are worked off for one message; then it goes to the end of the queue.
_BATCH_DOCUMENTS = 32
_SUPERSEDED_SECONDS = 2.0
#: Before what failed for a passing reason is tried again for the first time.
PAUSE_SECONDS = 5.0
#: What is away is asked again after this at the latest, for as long as it takes (ADR 0155).
_LONGEST_PAUSE_SECONDS = 600.0
#: An API that wants to be left alone for longer is asked again after this all the same.
_MOST_ASKED_SECONDS = 24 * 3600.0
#: A document that was claimed so often without an outcome takes the process down with it.
_MAX_CLAIMS = 25
_INTERNAL = DocumentError(
    code="internal_error",
    message="Something went wrong on our side while this was read. Try again; if it stays, tell your operator.",
)


#: Is told of documents of connections that are done with, by id: indexed, or failed.
type TellOutcomes = Callable[[Sequence[str]], Awaitable[None]]


async def _tell_nobody(_document_ids: Sequence[str]) -> None:
    return


@dataclass(slots=True, eq=False)
class _Held:
    """A claim of this process, and the task that prepares the document."""

    claim: Claim
    preparing: asyncio.Future[Finished]
    since: datetime
    superseded: bool = False


class DocumentWorker:
    """Carries claimed documents to their outcome. It never raises for a document's own faults.

    Args:
        submit: hands a finished document to the writer, which reports to `settled`.
        send_again: sends a message that still has work to do to the end of the queue.
        pause_seconds: before what failed for a passing reason is tried again for the first time.
    """

    def __init__(
        self,
        *,
        work: WorkRepository,
        feed: FairFeed,
        preparation: Preparation,
        submit: Callable[[Finished], Awaitable[None]],
        send_again: Callable[[str], Awaitable[None]],
        settings: Settings,
        clock: Clock,
        pause_seconds: float,
    ) -> None:
        self._work = work
        self._feed = feed
        self._preparation = preparation
        self._submit = submit
        self._send_again = send_again
        self._lease_seconds = settings.jobs.lease_seconds
        self._keep_last_readable = settings.processing.keep_last_readable
        self._clock = clock
        self.tell_outcomes: TellOutcomes = _tell_nobody
        self._held: dict[str, _Held] = {}
        # What failed together does not come back together: one of them may be at fault.
        self._backoff = Backoff(pause_seconds, longest_seconds=_LONGEST_PAUSE_SECONDS, jitter=0.2)

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
        await self._send_again(call)

    async def _attempt(self, claim: Claim) -> None:
        members = Members()
        preparing = asyncio.ensure_future(self._preparation.prepare(claim, members))
        held = self._held[claim.token] = _Held(claim, preparing, self._clock())
        try:
            if claim.attempts > _MAX_CLAIMS:
                preparing.cancel()
                reason = DocumentError(code="gave_up", message=_INTERNAL.message)
                await self._fail(claim, reason, members_settled=False, outdates=True)
                return
            await self._submit(await preparing)
        except asyncio.CancelledError:
            if held.superseded:
                self._held.pop(claim.token, None)
                log.info("document_superseded", document_id=claim.document.id)
                return
            # The server stops: the document is due again at once for whoever starts next.
            await asyncio.shield(self._give_back(claim))
            raise
        except Exception as error:  # noqa: BLE001 - every failure becomes the document's outcome or another attempt
            await self._failed(claim, error, members_settled=members.settled)

    async def drop_superseded(self, document_ids: Collection[str]) -> None:
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

    async def _failed(self, claim: Claim, error: BaseException, *, members_settled: bool) -> None:
        self._held.pop(claim.token, None)
        if _is_away(error):
            asked = error.retry_after_seconds if isinstance(error, UpstreamRateLimited) else None
            seconds = max(self._backoff.after(claim.failures + 1), min(asked or 0.0, _MOST_ASKED_SECONDS))
            log.warning("document_postponed", document_id=claim.document.id, error=str(error), seconds=seconds)
            await self._work.unscoped_postpone(claim, due_at=self._clock() + timedelta(seconds=seconds), failed=True)
            return
        if isinstance(error, BibliosError):
            reason = DocumentError(code=error.code, message=error.message)
            if error.hint:  # the document's error is shown to whoever may see the document
                log.warning("document_failure_hint", document_id=claim.document.id, code=error.code, hint=error.hint)
        else:
            log.error("document_crashed", document_id=claim.document.id, exc_info=error)
            reason = _INTERNAL
        outdates = not isinstance(error, UpstreamError)
        await self._fail(claim, reason, members_settled=members_settled, outdates=outdates)

    async def _fail(self, claim: Claim, reason: DocumentError, *, members_settled: bool, outdates: bool) -> None:
        """Ends the work on a document. A new version that failed silences the words of the one before, and takes away
        what was inside unless its successors are stored already. Not so where the operator chose to keep the version
        before, or a service is at fault (not `outdates`), which says nothing about the document: then the reason tells
        how old it is.
        """
        changes: dict[str, object] = {}
        last = self._last_readable(claim.document, outdates=outdates) if claim.brings_text else None
        if last is not None:
            message = f"{reason.message} Until it can be read, the version of {last:%d %B %Y} answers."
            reason = reason.model_copy(update={"message": message})
            changes["modified_at"] = last
        elif outdates and claim.brings_text and claim.may_follow_another:
            if not members_settled and await self._holds(claim):  # else they may be those of a successor
                await self._preparation.drop_members(claim.document)
            if claim.document.version > 0:
                await self._replace_by_nothing(claim, reason)
                return
        await self._end(claim, reason, changes)

    async def _holds(self, claim: Claim) -> bool:
        held = await self._work.unscoped_held([claim.document.id])
        return held.get(claim.document.id, {}).get("lease_token") == claim.token

    def _last_readable(self, document: Document, *, outdates: bool) -> datetime | None:
        """When the version was made that goes on answering though a new one failed; None where none does."""
        stays = self._keep_last_readable or not outdates
        if not stays or document.version == 0 or document.silent:
            return None
        return document.text_at or (document.indexed_at if self._keep_last_readable else None)

    async def _replace_by_nothing(self, claim: Claim, reason: DocumentError) -> None:
        prepared: asyncio.Future[Finished] = asyncio.get_running_loop().create_future()
        prepared.set_result(await self._preparation.unreadable(claim, reason))
        self._held[claim.token] = _Held(claim, prepared, self._clock())  # until the writer reports
        await self._submit(prepared.result())

    async def _end(self, claim: Claim, reason: DocumentError, changes: dict[str, object]) -> None:
        self._held.pop(claim.token, None)
        if await self._work.unscoped_fail(claim, reason, changes):
            self._count_failure(claim, reason)
            await self._tell([claim])

    def _count_failure(self, claim: Claim, reason: DocumentError) -> None:
        metrics.DOCUMENTS_FAILED.labels(reason.code).inc()
        log.warning("document_failed", document_id=claim.document.id, code=reason.code)

    async def settled(self, group: Sequence[Finished], error: BaseException | None) -> None:
        """The writer's report: the leases end, or the documents get another attempt."""
        if error is None:
            await self._tell([finished.claim for finished in group])
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
                    await self._failed(finished.claim, error, members_settled=True)
            except Exception as failure:  # noqa: BLE001 - the lease ends by itself, and recovery follows
                log.warning("document_left_to_recovery", document_id=finished.claim.document.id, error=repr(failure))

    async def _tell(self, claims: Sequence[Claim]) -> None:
        handed_over = [claim.document.id for claim in claims if claim.document.connection_id is not None]
        if not handed_over:
            return
        try:
            await self.tell_outcomes(handed_over)
        except Exception as error:  # noqa: BLE001 - the outcome stands; who was not told looks by itself
            log.warning("outcomes_not_told", documents=len(handed_over), error=repr(error))

    async def keep_leases(self) -> None:
        """Keeps the leases of documents that are being read or wait to be written."""
        seconds = self._lease_seconds
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

    async def watch(self) -> None:
        """Notices what other processes deleted or replaced while it is being read here."""
        while True:
            await asyncio.sleep(_SUPERSEDED_SECONDS)
            long_before = self._clock() - timedelta(seconds=_SUPERSEDED_SECONDS)
            slow = [held.claim.document.id for held in self._held.values() if held.since < long_before]
            with contextlib.suppress(Unavailable):  # the next look comes soon
                await self.drop_superseded(slow)


def _is_away(error: BaseException) -> bool:
    """Whether what the document needs does not answer at the moment: no fault of its own, and it passes."""
    away = isinstance(error, Unavailable | UpstreamTransient | UpstreamRateLimited)
    return away and not isinstance(error, TextDamaged)
