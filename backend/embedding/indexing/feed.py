"""Which due document is next: holders in turn, of each the small ones before the large, no holder on every place.

The choice is made from the heads themselves, not from the order in which they were announced: so it is fair after
a restart, over several processes, and however many heads of one holder wait. Figures: ADR 0126.
"""

import asyncio
import dataclasses
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from backend.documents.work import Claim, Due, WorkRepository

type Clock = Callable[[], datetime]

#: So many due heads of a holder are looked at together, the longest due ones: the smallest of them goes first.
_WINDOW = 32
#: Heads that came later are seen after this long at the latest.
_WINDOW_LIFE = timedelta(seconds=2)
#: A head that has been due for so long no longer waits for smaller ones.
_PATIENCE = timedelta(seconds=30)


@dataclasses.dataclass(slots=True)
class _Window:
    """Due heads of one holder in the order in which they are to be tried."""

    read_at: datetime
    due: deque[Due]


class FairFeed:
    """Claims documents for the places of one process. Belongs to one event loop.

    A holder may have as many documents at work as places would be left free. So one holder alone takes half of
    them, a second one half of the rest, and there is always a place for one more.
    """

    def __init__(self, work: WorkRepository, *, places: int, lease: timedelta, clock: Clock) -> None:
        self._work = work
        self._places = places
        self._lease = lease
        self._clock = clock
        self._choosing = asyncio.Lock()
        self._at_work: Counter[str] = Counter()
        self._windows: dict[str, _Window] = {}
        self._last = ""

    @property
    def at_work(self) -> int:
        """How many documents are claimed and not released."""
        return self._at_work.total()

    async def claim(self) -> Claim | None:
        """The next document, claimed; None when nothing is due, or only what belongs to holders at their limit.

        Every claim is given back with `release`, and whoever releases asks again: a place that comes free may let
        another holder's document in.
        """
        while True:
            async with self._choosing:
                due = await self._choose()
                if due is None:
                    return None
                self._at_work[due.holder] += 1
            # Outside the lock, so that the database writes many claims together.
            claim: Claim | None = None
            try:
                claim = await self._work.unscoped_claim(due.id, now=self._clock(), lease=self._lease)
            finally:
                if claim is None:
                    self.release(due.holder)
            if claim is not None:
                if claim.holder != due.holder:
                    self._at_work[claim.holder] += 1
                    self.release(due.holder)
                return claim

    def release(self, holder: str) -> None:
        """Gives one place of a holder back."""
        self._at_work[holder] -= 1
        if self._at_work[holder] <= 0:
            del self._at_work[holder]

    async def _choose(self) -> Due | None:
        """Goes once around the holders with due work, beginning after the one that was served last."""
        now = self._clock()
        after, around = self._last, False
        while self.at_work < self._places:
            holder = await self._work.unscoped_next_holder(after=after, now=now)
            if holder is None or (around and holder > self._last):
                if around or not self._last:
                    return None
                after, around = "", True
                continue
            after = holder
            if self._at_work[holder] < self._places - self.at_work and (due := await self._next_of(holder, now)):
                self._last = holder
                return due
        return None

    async def _next_of(self, holder: str, now: datetime) -> Due | None:
        window = self._windows.get(holder)
        if window is None or not window.due or now - window.read_at > _WINDOW_LIFE:
            found = await self._work.unscoped_due_of(holder, now=now, limit=_WINDOW)
            found.sort(key=lambda due: (due.due_at > now - _PATIENCE, due.size_bytes))
            window = self._windows[holder] = _Window(now, deque(found))
        due = window.due.popleft() if window.due else None
        if not window.due:
            del self._windows[holder]
        return due
