"""`JobQueue` over Taskiq: in the process, or over Redis when one is set."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from taskiq.exceptions import TaskiqError

from backend.errors import BibliosError
from backend.jobs.gate import Gate
from backend.jobs.lane import Clock, Lane, Measured
from backend.jobs.memory import MemoryBroker
from backend.jobs.queue import Action, Backlog, FindDue, Handler, Job, Measure, Queue
from backend.monitoring.metrics import JOBS, JOBS_OLDEST_SECONDS, JOBS_WAITING
from backend.supervised import Supervised, supervised

if TYPE_CHECKING:
    from redis.asyncio import BlockingConnectionPool

log = structlog.get_logger(__name__)

DEFAULT_PREFIX = "biblios:jobs"

_CANCEL_SECONDS = 5.0
_MEASURE_SECONDS = 5.0
#: Of a queue's limit: places kept for jobs that waited for their time, on top of those for the backlog.
_TIMED_SHARE = 4


@dataclass(frozen=True, slots=True)
class _Timer:
    name: str
    seconds: float
    action: Action


@dataclass(frozen=True, slots=True)
class _Lanes:
    """A queue's two ways in: `now`, and `timed` for what is due later."""

    queue: Queue
    now: Lane
    timed: Lane
    brokers: tuple[Measured, Measured]


class TaskiqQueue:
    """Sends record ids to handlers.

    Args:
        redis_url: empty or None keeps jobs inside this process.
        queues: the named queues; a job names the one that it waits in.
        places: jobs of all queues that run at once in this process; 0: each queue up to its own limit.
        prefix: of the keys in Redis; installations that share a Redis need different ones.
        clock: says what is due. Over Redis, processes compare each other's clocks.
    """

    def __init__(
        self,
        redis_url: str | None,
        queues: Sequence[Queue],
        *,
        places: int = 0,
        prefix: str = DEFAULT_PREFIX,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._gate = Gate(places)
        self._clock = clock
        self._prefix = prefix
        self._pool: BlockingConnectionPool | None = None
        self._memory: list[MemoryBroker] = []
        if redis_url:
            from backend.jobs.redis_queue import redis_pool  # the extra `redis` is only needed here

            # Each lane blocks on one connection; the others are for sending and measuring.
            self._pool = redis_pool(redis_url, connections=2 * len(queues) + 16)
        self._lanes = {queue.name: self._open(queue) for queue in queues}
        self._jobs: set[str] = set()
        self._timers: list[_Timer] = []
        self._measures: dict[str, Measure] = {}
        self._finish = asyncio.Event()
        self._loops: list[Supervised] = []
        self._listening: list[Supervised] = []
        self._running: set[asyncio.Task[Any]] = set()
        self._accepting = True

    def register(self, job: Job, handler: Handler) -> None:
        if job.name in self._jobs:
            raise ValueError(f"job {job.name!r} is registered twice")
        lanes = self._lanes[job.queue]

        async def run(record_id: str) -> None:
            await self._run(job, lanes.queue.rank, handler, record_id)

        self._jobs.add(job.name)
        lanes.now.register(job.name, run)
        lanes.timed.register(job.name, run)

    def every(self, seconds: float, name: str, action: Action) -> None:
        self._timers.append(_Timer(name, seconds, action))

    def recover(self, job: Job, find_due: FindDue, *, every_seconds: float) -> None:
        if job.name not in self._jobs:
            raise ValueError(f"job {job.name!r} is not registered")

        async def send_due() -> None:
            if due := await find_due():
                log.info("due_work_sent_again", job=job.name, count=len(due))
                await self.send(job, due)

        self.every(every_seconds, f"recover-{job.name}", send_due)

    def measure(self, queue: str, measure: Measure) -> None:
        self._measures[queue] = measure

    async def send(self, job: Job, record_ids: Sequence[str], *, at: datetime | None = None) -> None:
        lanes = self._lanes[job.queue]
        if not self._accepting:
            return
        lane = lanes.now if at is None else lanes.timed
        sent = 0
        try:
            for record_id in record_ids:
                await lane.send(job.name, record_id, at)
                sent += 1
        except TaskiqError as error:
            # The records are stored as due: recovery sends them when the broker is back.
            left = len(record_ids) - sent
            log.warning("jobs_not_sent", job=job.name, count=left, error=repr(error.__cause__ or error))

    async def start(self, *, consume: bool) -> None:
        """Begins to take messages and to run timers; without `consume` this process only sends.

        Does not fail when Redis is down: it is tried again until it answers.
        """
        logging.getLogger("taskiq").setLevel(logging.WARNING)  # it logs two lines for each job
        if consume:
            self.every(_MEASURE_SECONDS, "measure-jobs", self._measure)
            self._listening = [
                supervised(f"jobs-{lanes.queue.name}", partial(lane.listen, self._finish))
                for lanes in self._lanes.values()
                for lane in (lanes.now, lanes.timed)
            ]
            self._loops = [supervised(f"timer-{timer.name}", partial(self._repeat, timer)) for timer in self._timers]
        elif self._pool is None:
            self._accepting = False  # nobody will ever take them
            for broker in self._memory:
                broker.clear()

    async def stop(self, *, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        self._accepting = self._pool is not None  # a handler that is finishing may still announce work to others
        await asyncio.gather(*(loop.stop() for loop in self._loops))
        self._finish.set()
        if self._listening:
            await self._listened(max(0.0, deadline - time.monotonic()))
            if self._running:
                log.warning("jobs_cancelled", count=len(self._running))
                for task in self._running:
                    task.cancel()
            await self._listened(_CANCEL_SECONDS)
            await asyncio.gather(*(lane.stop() for lane in self._listening))
        self._accepting = False
        for lanes in self._lanes.values():
            await lanes.now.close()
            await lanes.timed.close()
        if self._pool is not None:
            await self._pool.disconnect()

    async def _listened(self, timeout_seconds: float) -> None:
        await asyncio.gather(*(lane.wait(timeout_seconds) for lane in self._listening))

    async def ping(self) -> None:
        """Raises `Unavailable` when a lane or a timer has died and is started again, or Redis does not answer."""
        for task in (*self._listening, *self._loops):
            task.check()
        if self._pool is not None:
            from backend.jobs.redis_queue import ping

            await ping(self._pool)

    async def backlog(self, queue: str) -> Backlog:
        """What waits in a queue. Raises `Unavailable`."""
        if queue in self._measures:
            return await self._measures[queue]()
        now, timed = [await broker.backlog() for broker in self._lanes[queue].brokers]
        return Backlog(now.depth + timed.depth, max(now.age_seconds, timed.age_seconds))

    def _open(self, queue: Queue) -> _Lanes:
        timed_limit = max(1, queue.limit // _TIMED_SHARE)
        if self._pool is None:
            memory = MemoryBroker(self._clock), MemoryBroker(self._clock)
            self._memory += memory
            return _Lanes(queue, Lane(memory[0], limit=queue.limit), Lane(memory[1], limit=timed_limit), memory)
        from backend.jobs.redis_queue import RedisBroker

        key = f"{self._prefix}:{queue.name}"
        redis = (
            RedisBroker(self._pool, key, timed=False, clock=self._clock),
            RedisBroker(self._pool, f"{key}:at", timed=True, clock=self._clock),
        )
        return _Lanes(queue, Lane(redis[0], limit=queue.limit), Lane(redis[1], limit=timed_limit), redis)

    async def _run(self, job: Job, rank: int, handler: Handler, record_id: str) -> None:
        """One job. What it raises is logged and counted: the record says what is to happen next."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job=job.name, record_id=record_id)
        outcome = "done"
        try:
            async with self._gate.place(rank):
                await handler(record_id)
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except Exception:  # whatever a job raises must not end the worker
            outcome = "failed"
            log.exception("job_failed")
        finally:
            JOBS.labels(job.name, outcome).inc()
            if task is not None:
                self._running.discard(task)

    async def _repeat(self, timer: _Timer) -> None:
        while True:
            try:
                await timer.action()
            except BibliosError as error:
                log.warning("timer_failed", timer=timer.name, code=error.code, error=str(error))
            except Exception:  # a fault in one round must not end the timer for ever
                log.exception("timer_failed", timer=timer.name)
            await asyncio.sleep(timer.seconds)

    async def _measure(self) -> None:
        for name in self._lanes:
            backlog = await self.backlog(name)
            JOBS_WAITING.labels(name).set(backlog.depth)
            JOBS_OLDEST_SECONDS.labels(name).set(backlog.age_seconds)
