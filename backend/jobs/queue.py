"""The job port: a message carries a record's id; the record itself is the truth.

A lost or doubled message changes nothing: handlers claim their record with one conditional update, and recovery
re-sends whatever is due without a live lease.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

type Handler = Callable[[str], Awaitable[None]]
type FindDue = Callable[[], Awaitable[Sequence[str]]]
type Action = Callable[[], Awaitable[None]]
type Measure = Callable[[], Awaitable["Backlog"]]


@dataclass(frozen=True, slots=True)
class Queue:
    """A named queue. `limit`: how many of its jobs run at once in one process. Of several queues with jobs that wait,
    the one with the lowest `rank` goes first.
    """

    name: str
    rank: int
    limit: int


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work: its name, and the queue that it waits in."""

    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a queue and is due: how much, and for how many seconds the oldest of it."""

    depth: int
    age_seconds: float


class JobQueue(Protocol):
    """Implementation: `broker.TaskiqQueue` (in memory, or over Redis when one is set)."""

    def register(self, job: Job, handler: Handler) -> None:
        """Names what does a job; before `start`."""
        ...

    def every(self, seconds: float, name: str, action: Action) -> None:
        """Runs `action` at start and then every so often, in each process that works; before `start`.

        No backlog delays it, and what it raises is logged. Several processes run it side by side, so it only finds
        work: whoever does the work claims a record.
        """
        ...

    def recover(self, job: Job, find_due: FindDue, *, every_seconds: float) -> None:
        """Re-sends the ids that `find_due` names, at start and every so often; before `start`."""
        ...

    def measure(self, queue: str, measure: Measure) -> None:
        """Says what waits in a queue from the records themselves, instead of counting messages; before `start`."""
        ...

    async def send(self, job: Job, record_ids: Sequence[str], *, at: datetime | None = None) -> None:
        """Announces records that are due, now or `at` a time. Whoever waits until then overtakes what waits already.

        A record that waits is not queued twice. Never raises for a broker that is down: recovery finds the records.
        """
        ...

    async def start(self, *, consume: bool) -> None: ...
    async def stop(self, *, timeout_seconds: float) -> None:
        """Takes no more messages and waits for running handlers, then cancels them."""
        ...
