"""Background tasks that are looked after: one that dies is logged, started again, and named by `/readyz` meanwhile.

`supervised` is for what runs as long as the server, or as something else that goes on; `watched` for a short piece of
work that nobody awaits, which is not done again but whose failure is logged.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from backend.errors import Unavailable
from backend.retry import Backoff

log = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
_PAUSES = Backoff(FIRST_PAUSE_SECONDS, longest_seconds=LONGEST_PAUSE_SECONDS)
#: A task that ran for so long is well again: its next failure is paused for like a first one.
WELL_AFTER_SECONDS = 60.0


class Supervised:
    """A running background task. Make one with `supervised`.

    It is `failing` from an error until the task has ended well, or has run for a minute without another one.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], Coroutine[Any, Any, None]],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.name = name
        self._make = make
        self._clock = clock
        self._sleep = sleep
        self._failures = 0
        self._started = clock()
        self._resting = False
        self._task = asyncio.create_task(self._run(), name=name)

    @property
    def failing(self) -> bool:
        return self._failures > 0 and (self._resting or self._clock() - self._started < WELL_AFTER_SECONDS)

    @property
    def done(self) -> bool:
        """Whether the task has ended by itself, or was stopped."""
        return self._task.done()

    def check(self) -> None:
        """Errors: `Unavailable` while the task is failing."""
        if self.failing:
            raise Unavailable(
                f"The background task {self.name} failed and is started again; see the server's log for the reason.",
                dependency=self.name,
                code="background_task_failing",
            )

    async def ping(self) -> None:
        """`check`, for `/readyz`."""
        self.check()

    async def wait(self, timeout_seconds: float | None = None) -> None:
        """Returns when the task has ended, or after `timeout_seconds`."""
        await asyncio.wait([self._task], timeout=timeout_seconds)

    async def stop(self) -> None:
        """Cancels the task and waits for its end. Idempotent."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._started = self._clock()
            self._resting = False
            try:
                await self._make()
            except Exception:  # whatever it was, it must neither end the task for ever nor pass in silence
                if self._clock() - self._started >= WELL_AFTER_SECONDS:
                    self._failures = 0
                self._failures += 1
                pause = _PAUSES.after(self._failures)
                self._resting = True
                log.exception("background_task_failed", task=self.name, restart_in_seconds=pause)
                await self._sleep(pause)
            else:
                self._failures = 0
                return


def supervised(
    name: str,
    make: Callable[[], Coroutine[Any, Any, None]],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Supervised:
    """Starts a task that is made anew whenever it raises, after 1, 2, 4 … 60 seconds.

    Args:
        name: what the log and `/readyz` call it.
        make: called for each attempt; what it returns may end by itself (done) or run until it is stopped.
    """
    return Supervised(name, make, clock=clock, sleep=sleep)


def watched[T](name: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Starts work that is done once. What it raises is logged; keep the task, as with `asyncio.create_task`."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_log_failure)
    return task


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", task=task.get_name(), exc_info=error)
