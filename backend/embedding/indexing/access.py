"""Changes of access on their way from the heads to the indexes, in the background.

A head that was given another access list, or lies elsewhere now, is marked `dirty` in the same write. From then on
searches refuse whoever lost access, since they read the head; whoever gained it finds it when both indexes know. What
a crash or an index that is down cuts short is still marked, and taken up again by recovery and at the next start. The
same goes for what is inside a document: it has the access of that one before the mark ends, whatever became of whoever
wrote it.
"""

import asyncio
from collections.abc import Iterable

import structlog

from backend.documents.inside import Inside
from backend.documents.work import WorkRepository
from backend.embedding.indexing.legs import Legs
from backend.embedding.indexing.state import IndexStateRepository
from backend.embedding.search.refusal import DocumentRefused
from backend.errors import BibliosError

log = structlog.get_logger(__name__)

#: Others wait for the lock no longer than 50 ms; half of it leaves room for a busy machine.
_LOCK_SECONDS = 0.025
_FIRST_BATCH = 50
_MOST_AT_ONCE = 500


class AccessSpread:
    """Takes changed access lists from the heads to what is inside them and into every index, a batch at a time.

    Args:
        lock: held around every change of the indexes; the sequence of changes is only true under it.
        pause_seconds: before an index that could not be changed is tried again.
    """

    def __init__(
        self,
        *,
        work: WorkRepository,
        inside: Inside,
        state: IndexStateRepository,
        legs: Legs,
        lock: asyncio.Lock,
        pause_seconds: float,
    ) -> None:
        self._work = work
        self._inside = inside
        self._state = state
        self._legs = legs
        self._lock = lock
        self._pause_seconds = pause_seconds
        # In order and each once; a dictionary is an ordered set.
        self._waiting: dict[str, None] = {}
        self._under_way: list[str] = []
        self._changed = asyncio.Condition()
        self._at_once = _FIRST_BATCH

    async def announce(self, document_ids: Iterable[str]) -> None:
        """These heads are marked. Returns before the indexes know of it."""
        async with self._changed:
            self._waiting.update(dict.fromkeys(document_ids))
            self._changed.notify_all()

    async def settled(self) -> None:
        """Waits until nothing that was announced is on its way."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._waiting and not self._under_way)

    async def run(self) -> None:
        """Works until it is cancelled; what is not in the indexes then stays marked."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self._waiting))
                self._under_way = list(self._waiting)[: self._at_once]
                for document_id in self._under_way:
                    del self._waiting[document_id]
            again = self._under_way
            try:
                again = await self._spread(self._under_way)
            except DocumentRefused as error:
                # Halves find the one at fault; alone it stays marked, and recovery announces it again.
                self._at_once = max(1, len(again) // 2)
                log.warning("access_change_refused", documents=len(again), error=str(error))
                if len(again) == 1:
                    again = []
            except BibliosError as error:
                self._at_once = max(1, len(again) // 2)
                log.warning("access_change_postponed", error=str(error), seconds=self._pause_seconds)
                await asyncio.sleep(self._pause_seconds)
            except Exception:
                # Whatever it is, it must not end this task: those who gained access would wait for a restart.
                self._at_once = max(1, len(again) // 2)
                log.exception("access_change_failed", documents=len(again), seconds=self._pause_seconds)
                await asyncio.sleep(self._pause_seconds)
            async with self._changed:
                self._under_way = []
                self._waiting.update(dict.fromkeys(again))
                self._changed.notify_all()

    async def _spread(self, document_ids: list[str]) -> list[str]:
        """Returns those that were changed once more meanwhile, also by this."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            started = clock()
            marks = await self._work.unscoped_marked(document_ids)
            if not marks:
                return []
            await self._legs.set_access_many(
                {id_: frozenset(mark["access"]) for id_, mark in marks.items()},
                {id_: mark.get("path") for id_, mark in marks.items()},
            )
            seconds = clock() - started
        aligned = await self._inside.settle(list(marks.values()))
        async with self._lock:
            started = clock()
            # The number and the end of the mark are one write: before it a crash leaves the mark, after it an
            # index that was not saved catches up by the number.
            seq = await self._state.next_seq()
            await self._work.unscoped_spread({id_: mark["dirty"] for id_, mark in marks.items()}, seq=seq)
            seconds += clock() - started
        self._at_once = max(1, min(_MOST_AT_ONCE, int(len(document_ids) * _LOCK_SECONDS / max(seconds, 0.001))))
        log.info("access_changed", documents=len(marks), inside=len(aligned), seconds=round(seconds, 4))
        return [*await self._work.unscoped_marked(list(marks)), *aligned]
