"""Answers being written. A run is detached from the requests that watch it: readers come and go.

A run without a reader is stopped after a grace period. At shutdown runs may finish; what is left is cut and marked.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Literal

import structlog

from backend.events.base import Reader, WireEvent
from backend.events.text_log import TextLog
from backend.monitoring.metrics import ACTIVE_RUNS
from backend.supervised import watched

log = structlog.get_logger(__name__)

#: Finished runs stay readable in full for reconnecting readers, this many at most.
_FINISHED_KEPT = 200
_FINISHED_SECONDS = 60.0

#: "revoked": whose answer it is may no longer use this server.
type Ending = Literal["stop", "shutdown", "revoked"]


class Run:
    """One answer being written. `log` is what readers see; `ending` says why it is being cut, if it is."""

    def __init__(self, message_id: str, conversation_id: str, owner_id: str, *, grace_seconds: float) -> None:
        self.message_id = message_id
        self.conversation_id = conversation_id
        self.owner_id = owner_id
        self.log = TextLog()
        self.ending: Ending | None = None
        self._withdrawn_chars = 0
        self.task: asyncio.Task[None] | None = None
        self._grace_seconds = grace_seconds
        self._readers = 0
        self._grace: asyncio.TimerHandle | None = None

    async def read(self, reader: Reader, *, after: int = 0) -> AsyncGenerator[WireEvent]:
        """Watches from a position on, until the end. Leaving starts the grace period for the last reader."""
        self._readers += 1
        self._cancel_grace()
        try:
            async with aclosing(self.log.read(after, reader)) as events:
                async for event in events:
                    yield event
        finally:
            self._readers -= 1
            if self._readers == 0:
                self.begin_grace()

    @property
    def text(self) -> str:
        """What there is of the answer by now."""
        return self.log.text[self._withdrawn_chars :]

    def withdraw(self) -> None:
        """What was shown was no answer. Readers have seen it; what stands comes to them with the answer's end."""
        self._withdrawn_chars = len(self.log.text)

    def stopping(self) -> bool:
        """Whether a person ended it, so that what there is should be concluded as an answer."""
        return self.ending == "stop"

    def end(self, why: Ending) -> None:
        """Cuts the answer; what there is of it is kept. Does nothing when it has ended or is being cut."""
        if self.ending is None and self.task is not None and not self.log.closed:
            self.ending = why
            self.task.cancel()

    def begin_grace(self) -> None:
        """With nobody watching, the run goes on only this long."""
        if not self.log.closed:
            self._cancel_grace()
            self._grace = asyncio.get_running_loop().call_later(self._grace_seconds, self._abandon)

    def _abandon(self) -> None:
        if self._readers == 0 and not self.log.closed:
            log.info("run_abandoned", run_id=self.message_id)
            self.end("stop")

    def _cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None


class RunRegistry:
    """The runs of this process, by the id of the answer."""

    def __init__(self, *, grace_seconds: float) -> None:
        self._grace_seconds = grace_seconds
        self._active: dict[str, Run] = {}
        self._finished: dict[str, Run] = {}

    def start(
        self, message_id: str, conversation_id: str, owner_id: str, write: Callable[[Run], Awaitable[None]]
    ) -> Run:
        """Starts a run: `write` fills its log and returns when the answer is persisted."""
        run = Run(message_id, conversation_id, owner_id, grace_seconds=self._grace_seconds)
        self._active[message_id] = run
        ACTIVE_RUNS.inc()
        run.task = watched(f"answer-{message_id}", self._run(run, write))
        run.begin_grace()
        return run

    def get(self, owner_id: str, message_id: str) -> Run | None:
        """A run that is active or has just ended; None for others' runs too."""
        run = self._active.get(message_id) or self._finished.get(message_id)
        return run if run is not None and run.owner_id == owner_id else None

    def in_conversation(self, conversation_id: str) -> list[Run]:
        return [run for run in self._active.values() if run.conversation_id == conversation_id]

    async def stop(self, *, timeout_seconds: float) -> None:
        """Lets runs finish for so long, then cuts and marks them."""
        tasks = [run.task for run in self._active.values() if run.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=timeout_seconds)
        for run in list(self._active.values()):
            run.end("shutdown")
        if late:
            await asyncio.wait(late)

    async def _run(self, run: Run, write: Callable[[Run], Awaitable[None]]) -> None:
        structlog.contextvars.bind_contextvars(run_id=run.message_id)
        try:
            await write(run)
        finally:
            run.log.close()
            self._active.pop(run.message_id, None)
            ACTIVE_RUNS.dec()
            self._keep(run)

    def _keep(self, run: Run) -> None:
        self._finished[run.message_id] = run
        while len(self._finished) > _FINISHED_KEPT:
            del self._finished[next(iter(self._finished))]
        asyncio.get_running_loop().call_later(_FINISHED_SECONDS, self._finished.pop, run.message_id, None)
