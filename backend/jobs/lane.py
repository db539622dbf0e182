"""One way into a queue: a Taskiq broker and the receiver that takes its messages.

Each queue has two lanes: what is due now, in order, and what waits for its time. The second has places of its own,
so a backlog in the first never delays it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

import structlog
from taskiq import AsyncBroker, BrokerMessage
from taskiq.acks import AcknowledgeType
from taskiq.receiver import Receiver

from backend.jobs.queue import Backlog

log = structlog.get_logger(__name__)

type Clock = Callable[[], datetime]
type Run = Callable[[str], Awaitable[None]]

#: The label of a message that waits for a time (ISO 8601).
AT = "at"
#: How often a lane looks for what has come due, at the latest: a timer is no later than this.
POLL_SECONDS = 0.2
_RECONNECT_SECONDS = 1.0


class Measured(Protocol):
    """What both brokers have beside Taskiq's own methods."""

    async def backlog(self) -> Backlog: ...


def at_of(message: BrokerMessage) -> datetime | None:
    at = message.labels.get(AT)
    return datetime.fromisoformat(at) if at else None


class Lane:
    """Messages of one broker, at most `limit` of them at work at once.

    They are acknowledged when they arrive, not when the job is done: the record is the truth, and a record whose
    worker died is announced again by recovery as soon as its lease has run out.
    """

    def __init__(self, broker: AsyncBroker, *, limit: int) -> None:
        self._broker = broker
        self._limit = limit
        self._tasks: dict[str, Any] = {}

    def register(self, job: str, run: Run) -> None:
        self._tasks[job] = self._broker.register_task(run, task_name=job)

    async def send(self, job: str, record_id: str, at: datetime | None) -> None:
        """Errors: `TaskiqError` when the broker does not answer."""
        kicker = self._tasks[job].kicker().with_task_id(f"{job}:{record_id}")
        if at is not None:
            kicker = kicker.with_labels(**{AT: at.isoformat()})
        await kicker.kiq(record_id)

    async def listen(self, finish: asyncio.Event) -> None:
        """Takes messages until `finish`; begins again when the connection to the broker breaks."""
        while not finish.is_set():
            receiver = Receiver(self._broker, max_async_tasks=self._limit, ack_type=AcknowledgeType.WHEN_RECEIVED)
            try:
                await receiver.listen(finish)
            except Exception as error:  # noqa: BLE001 - an ExceptionGroup of whatever the client raised
                log.warning("jobs_broker_unreachable", error=repr(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(finish.wait(), _RECONNECT_SECONDS)

    async def close(self) -> None:
        await self._broker.shutdown()
