"""The job port: a message carries a record's id; the record itself is the truth.

A lost or doubled message changes nothing: handlers claim their record with one conditional update, and recovery
re-sends whatever is due without a live lease.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

type Handler = Callable[[str], Awaitable[None]]
type FindDue = Callable[[], Awaitable[Sequence[str]]]


class JobQueue(Protocol):
    """Implementation: `broker.TaskiqQueue` (in memory, or Redis streams when a Redis is set)."""

    def register(self, name: str, handler: Handler) -> None:
        """Names a handler; before `start`."""
        ...

    def recover(self, name: str, find_due: FindDue, *, every_seconds: float) -> None:
        """Re-sends the ids that `find_due` names, at start and every so often; before `start`."""
        ...

    async def send(self, name: str, record_ids: Sequence[str]) -> None:
        """Announces records that are due. Never raises for a broker that is down: recovery finds them."""
        ...

    async def start(self, *, consume: bool) -> None: ...
    async def stop(self, *, timeout_seconds: float) -> None:
        """Takes no more messages and waits for running handlers, then cancels them."""
        ...
