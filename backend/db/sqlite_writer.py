"""The one thread that writes to SQLite, with group commit.

Whatever waits when the thread is free goes into one transaction, so many small writes share one fsync. A write is
acknowledged only after its transaction is on disk (`synchronous=FULL`).
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from backend.db.collection import DuplicateKey, UnsupportedQuery
from backend.db.sqlite_errors import told
from backend.errors import BibliosError, Unavailable

log = structlog.get_logger(__name__)

type Operation[T] = Callable[[sqlite3.Connection], T]

# A transaction takes in more writes until it is this old, so that the first of them does not wait long.
_GROUP_SECONDS = 0.03


@dataclass(slots=True)
class _Job:
    """One write with the future that waits for it."""

    operation: Operation[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    alone: bool = False
    result: Any = field(default=None)
    error: BaseException | None = field(default=None)


class Writer:
    """Runs operations one after another on its own thread.

    An operation that raises `DuplicateKey` keeps what it wrote before (as MongoDB's ordered writes do); any other
    error undoes the whole operation. `on_rollback` is called when anything was undone; `idle` at least every
    `idle_seconds`, between transactions.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        on_rollback: Callable[[], None],
        idle: Operation[None],
        idle_seconds: float,
    ) -> None:
        self._connection = connection
        self._on_rollback = on_rollback
        self._idle = idle
        self._idle_seconds = idle_seconds
        self._next_idle = time.monotonic() + idle_seconds
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._held_back: list[_Job] = []
        self._closed = False
        self._ended = False
        self._handing_in = threading.Lock()  # nothing is handed in behind the sign to end
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run[T](self, operation: Operation[T], *, alone: bool = False) -> T:
        """Runs the operation inside a transaction and returns after its commit.

        `alone`: outside of any transaction, for what SQLite does not do inside one (checkpoints, VACUUM).
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._handing_in:
            if self._closed:
                raise Unavailable("The database is closed; the server is stopping.", dependency="database")
            self._jobs.put(_Job(operation, future, loop, alone))
        return await future

    def close(self) -> None:
        """Finishes what was handed in, then ends the thread and closes the connection. Blocks."""
        with self._handing_in:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            try:
                self._turn()
            except Exception:  # a dead writer would leave every later write waiting for ever
                log.exception("sqlite_writer_failed")
        self._connection.close()

    def _turn(self) -> None:
        """One transaction, or the periodic work."""
        job: _Job | None
        if self._held_back:
            job = self._held_back.pop()
        else:
            try:
                job = self._jobs.get(timeout=max(0.0, self._next_idle - time.monotonic()))
            except queue.Empty:
                self._sweep()
                return
        if job is None:
            self._ended = True
        elif job.alone:
            self._alone(job)
        else:
            self._transaction(job)
        if not self._ended and time.monotonic() >= self._next_idle:
            self._sweep()

    def _sweep(self) -> None:
        """The periodic work; what fails is tried again next time."""
        self._next_idle = time.monotonic() + self._idle_seconds
        try:
            self._begin()
            self._idle(self._connection)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, the writes that wait must not fall with it
            log.warning("sqlite_upkeep_failed", error=repr(error))
            self._rollback()

    def _alone(self, job: _Job) -> None:
        """Runs one operation outside of any transaction."""
        try:
            job.result = job.operation(self._connection)
        except Exception as error:  # noqa: BLE001 - the waiting caller raises it
            job.error = told(error)
        finally:
            _resolve([job])

    def _transaction(self, first: _Job) -> None:
        """One transaction of `first` and of what waits behind it."""
        group = [first]
        try:
            self._begin()
            deadline = time.monotonic() + _GROUP_SECONDS
            self._perform(first)
            while time.monotonic() < deadline:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    self._ended = True
                    break
                if job.alone:
                    self._held_back.append(job)
                    break
                group.append(job)
                self._perform(job)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, every caller of the group learns of it
            # The transaction is gone, with every write of the group: none of them is acknowledged.
            for job in group:
                job.error = job.error or told(error)
            self._rollback()
        finally:
            _resolve(group)

    def _perform(self, job: _Job) -> None:
        """Runs one operation; raises only when the whole transaction is lost."""
        connection = self._connection
        connection.execute("SAVEPOINT operation")
        try:
            job.result = job.operation(connection)
        except DuplicateKey as error:
            job.error = error
        except sqlite3.Error as error:
            job.error = told(error)
            if not connection.in_transaction:
                raise  # a full disk or a failed read may have ended the transaction
            self._undo()
        except (BibliosError, UnsupportedQuery) as error:
            job.error = error
            self._undo()
        except Exception as error:  # noqa: BLE001 - the waiting caller raises it
            job.error = told(error)
            self._undo()
        connection.execute("RELEASE operation")

    def _begin(self) -> None:
        if self._connection.in_transaction:  # a rollback has failed before
            self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN IMMEDIATE")

    def _undo(self) -> None:
        self._connection.execute("ROLLBACK TO operation")
        self._on_rollback()

    def _rollback(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:  # the next transaction begins with a new attempt
            log.exception("sqlite_rollback_failed")
        self._on_rollback()


def _resolve(group: Iterable[_Job]) -> None:
    """Wakes the waiting callers, with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: its callers no longer wait
            loop.call_soon_threadsafe(_wake, jobs)


def _wake(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue  # the caller was cancelled
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
