"""`JobQueue` over Taskiq: in the process, or over Redis streams when a Redis is set.

Messages are acknowledged when they arrive, not when the job is done: the record is the truth, and a record whose
worker died is announced again by recovery as soon as its lease has run out.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from taskiq import AsyncBroker
from taskiq.acks import AcknowledgeType
from taskiq.exceptions import TaskiqError
from taskiq.receiver import Receiver

from backend.errors import BibliosError
from backend.jobs.memory import MemoryBroker
from backend.jobs.queue import FindDue, Handler
from backend.monitoring.metrics import JOBS

if TYPE_CHECKING:
    from taskiq_redis import RedisStreamBroker

log = structlog.get_logger(__name__)

DEFAULT_STREAM = "biblios:jobs"

_RECONNECT_SECONDS = 1.0
_CANCEL_SECONDS = 5.0
# While messages wait at the broker, what is due most likely waits among them and is not sent again, but not for ever:
# one message may have been lost among many.
_ROUNDS_WITH_BACKLOG = 30


@dataclass(frozen=True, slots=True)
class _Recovery:
    name: str
    find_due: FindDue
    every_seconds: float


class TaskiqQueue:
    """Sends record ids to handlers.

    Args:
        redis_url: empty or None keeps jobs inside this process.
        concurrency: handlers running at once in this process, of all names together.
        stream: the Redis stream; installations that share a Redis need different ones.
    """

    def __init__(self, redis_url: str | None, concurrency: int, *, stream: str = DEFAULT_STREAM) -> None:
        self._concurrency = concurrency
        self._redis: RedisStreamBroker | None = None
        self._memory: MemoryBroker | None = None
        if redis_url:
            from backend.jobs.redis_streams import redis_broker  # the extra `redis` is only needed here

            self._redis = redis_broker(redis_url, concurrency=concurrency, stream=stream)
        else:
            self._memory = MemoryBroker()
        self._broker: AsyncBroker = self._redis or self._memory  # type: ignore[assignment]
        self._tasks: dict[str, Any] = {}
        self._recoveries: list[_Recovery] = []
        self._finish = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._listening: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._accepting = True

    def register(self, name: str, handler: Handler) -> None:
        async def run(record_id: str) -> None:
            await self._run(name, handler, record_id)

        if name in self._tasks:
            raise ValueError(f"job {name!r} is registered twice")
        self._tasks[name] = self._broker.register_task(run, task_name=name)

    def recover(self, name: str, find_due: FindDue, *, every_seconds: float) -> None:
        if name not in self._tasks:
            raise ValueError(f"job {name!r} is not registered")
        self._recoveries.append(_Recovery(name, find_due, every_seconds))

    async def send(self, name: str, record_ids: Sequence[str]) -> None:
        task = self._tasks[name]
        if not self._accepting:
            return
        sent = 0
        try:
            for record_id in record_ids:
                await task.kicker().with_task_id(f"{name}:{record_id}").kiq(record_id)
                sent += 1
        except TaskiqError as error:
            # The records are stored as due: recovery sends them when the broker is back.
            log.warning("jobs_not_sent", job=name, count=len(record_ids) - sent, error=repr(error.__cause__ or error))

    async def start(self, *, consume: bool) -> None:
        """Begins to take messages and to recover; without `consume` this process only sends.

        Does not fail when Redis is down: it is tried again until it answers.
        """
        logging.getLogger("taskiq").setLevel(logging.WARNING)  # it logs two lines for each job
        if consume:
            self._listening = asyncio.create_task(self._listen(), name="jobs-listen")
            self._loops = [
                asyncio.create_task(self._recover(item), name=f"recover-{item.name}") for item in self._recoveries
            ]
        elif self._memory is not None:
            self._accepting = False  # nobody will ever take them
            self._memory.clear()

    async def stop(self, *, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        self._accepting = self._redis is not None  # a handler that is finishing may still announce work to others
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._finish.set()
        if self._listening is not None:
            await asyncio.wait({self._listening}, timeout=max(0.0, deadline - time.monotonic()))
            if self._running:
                log.warning("jobs_cancelled", count=len(self._running))
                for task in self._running:
                    task.cancel()
            await asyncio.wait({self._listening}, timeout=_CANCEL_SECONDS)
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        self._accepting = False
        await self._broker.shutdown()

    async def ping(self) -> None:
        """Raises `Unavailable` when Redis is set and does not answer."""
        if self._redis is not None:
            from backend.jobs.redis_streams import ping

            await ping(self._redis)

    async def _run(self, name: str, handler: Handler, record_id: str) -> None:
        """One job. What it raises is logged and counted: the record says what is to happen next."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job=name, record_id=record_id)
        outcome = "done"
        try:
            await handler(record_id)
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except Exception:  # whatever a job raises must not end the worker
            outcome = "failed"
            log.exception("job_failed")
        finally:
            JOBS.labels(name, outcome).inc()
            if task is not None:
                self._running.discard(task)

    async def _listen(self) -> None:
        """Takes messages until `stop`; begins again when the connection to the broker breaks."""
        while not self._finish.is_set():
            receiver = Receiver(self._broker, max_async_tasks=self._concurrency, ack_type=AcknowledgeType.WHEN_RECEIVED)
            try:
                await receiver.listen(self._finish)
            except Exception as error:  # noqa: BLE001 - an ExceptionGroup of whatever the client raised
                log.warning("jobs_broker_unreachable", error=repr(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._finish.wait(), _RECONNECT_SECONDS)

    async def _recover(self, recovery: _Recovery) -> None:
        skipped = 0
        while True:
            try:
                if skipped < _ROUNDS_WITH_BACKLOG and await self._backlog() > 0:
                    skipped += 1
                else:
                    skipped = 0
                    due = await recovery.find_due()
                    if due:
                        log.info("due_work_sent_again", job=recovery.name, count=len(due))
                        await self.send(recovery.name, due)
            except BibliosError as error:
                log.warning("recovery_failed", job=recovery.name, code=error.code, error=error.message)
            except Exception:  # a fault in one round must not end recovery for ever
                log.exception("recovery_failed", job=recovery.name)
            await asyncio.sleep(recovery.every_seconds)

    async def _backlog(self) -> int:
        if self._redis is None:
            return 0  # the memory broker drops doubled messages by itself
        from backend.jobs.redis_streams import backlog

        return await backlog(self._redis)
