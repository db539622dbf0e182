"""A worker of actions in a process of its own, which stops at a step of its work until it is told to go on.

Where it stops, whoever drives it kills it (-9), or lets it sleep. Processes are forked from one that has imported all
this, so that starting one takes milliseconds.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Literal

from backend.actions.base import Channel
from backend.actions.models import Action, Attempt
from backend.actions.repository import ActionRepository
from backend.actions.status import Move
from backend.audit.actors import Actor
from backend.db.mongo import MongoDatabase
from backend.documents.blobs.local import LocalBlobStore
from tests.integration.actions.crashes.channels import open_channel
from tests.integration.actions.crashes.engine import engine
from tests.support.waiting import until

#: In the order of an attempt. "sending" and "sent" are at the provider: before and after it did what it was asked.
type StepName = Literal["due", "claimed", "prepared", "begun", "sending", "sent", "answered", "ended"]

STEPS: tuple[StepName, ...] = ("due", "claimed", "prepared", "begun", "sending", "sent", "answered", "ended")
#: Those at which the worker stops itself.
OWN_STEPS = frozenset(STEPS) - {"sending", "sent"}

#: What the HTTP client imports when it makes its first call: most of what a worker would need the processor for.
_IMPORTED_LATE = ("httpcore2", "httpcore2._backends.anyio", "anyio._backends._asyncio", "truststore")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, *_IMPORTED_LATE])


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs. `account`: the settings of `open_channel`. `clock`: a file with the seconds that it is
    before the real time.
    """

    uri: str
    database: str
    blobs: Path
    clock: Path
    account: Mapping[str, Any]
    action_id: str
    stop_at: StepName | None = None


class ActionWorker:
    """Runs what is due with one action, once."""

    def __init__(self, work: Work) -> None:
        self._pipe, theirs = _FORKS.Pipe()
        self._process: ForkServerProcess = _FORKS.Process(target=_run, args=(work, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def kill(self) -> None:
        """SIGKILL."""
        self._signal(signal.SIGKILL)

    def sleep(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT; if it stands at its step, it goes on from there."""
        self._signal(signal.SIGCONT)
        with suppress(OSError):
            self._pipe.send(True)

    async def stopped(self) -> bool:
        """Waits until it stands at its step; False if it ended without coming to it."""
        await until(lambda: self._pipe.poll() or not self._process.is_alive())
        with suppress(EOFError):
            return bool(self._pipe.poll() and self._pipe.recv())
        return False

    async def ended(self) -> int | None:
        """Its exit code: 0 after its work, -9 when it was killed."""
        await until(lambda: not self._process.is_alive())
        self._process.join()
        return self._process.exitcode

    def _signal(self, number: signal.Signals) -> None:
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)


class _SteppingRepository(ActionRepository):
    """Stops around every write of an attempt."""

    def __init__(self, database: MongoDatabase, stop_at: StepName | None, pipe: Pipe) -> None:
        super().__init__(database)
        self._stop_at = stop_at
        self._pipe = pipe

    async def claim(self, action: Action, *, key: str, length: timedelta, actor: Actor, now: datetime) -> Action | None:
        self._at("due")
        claimed = await super().claim(action, key=key, length=length, actor=actor, now=now)
        self._at("claimed")
        return claimed

    async def begin_sending(
        self, action: Action, *, now: datetime, margin: timedelta, prepared: Mapping[str, str]
    ) -> Action | None:
        self._at("prepared")
        begun = await super().begin_sending(action, now=now, margin=margin, prepared=prepared)
        self._at("begun")
        return begun

    async def end(self, action: Action, move: Move, attempt: Attempt, **more: Any) -> Action | None:
        self._at("answered")
        ended = await super().end(action, move, attempt, **more)
        self._at("ended")
        return ended

    def _at(self, step: StepName) -> None:
        """The whole process stands still, as one that was stopped."""
        if step == self._stop_at:
            self._pipe.send(True)
            self._pipe.recv()


def clock_of(file: Path) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))


def _run(work: Work, pipe: Pipe) -> None:
    asyncio.run(_work(work, pipe))


async def _work(work: Work, pipe: Pipe) -> None:
    database = MongoDatabase(work.uri, work.database, timeout_seconds=20)

    async def channel_of(action: Action) -> Channel:
        return open_channel(work.account)

    try:
        actions, blobs = _SteppingRepository(database, work.stop_at, pipe), LocalBlobStore(work.blobs).prepare()
        await engine(database, actions, blobs, channel_of, lambda: clock_of(work.clock)).queue.run(work.action_id)
    finally:
        await database.close()
