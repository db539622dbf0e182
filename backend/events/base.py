"""The `Events` port: topics that anybody may publish to and any number of readers follow, across processes.

An event on the wire has a position as its id. Positions of a topic only grow, also over restarts, so a reader who comes
back says the last one it saw and gets exactly what came since. Only the latest events of a topic are kept: a reader who
was away for too long gets `StreamReset` and fetches the state anew.

The rule for every topic: the state fetched before, plus the events, equals the state fetched afterwards. So events
carry the state that they announce, and a reader registers (`follow`) before it fetches.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, TypeAdapter

#: Of each topic at least so many of the latest events are kept.
KEPT_EVENTS = 64
#: An event announces a change; what is large is fetched.
LARGEST_EVENT_CHARS = 64_000


class Event(Protocol):
    """One member of a closed union on `type`."""

    @property
    def type(self) -> str: ...
    def model_dump_json(self) -> str: ...


class StreamError(BaseModel):
    """The stream ended before its end: `code` says why, `retryable` whether doing the same again may help.

    `hint` is for administrators alone: what whoever runs the server can do.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    retryable: bool
    hint: str | None = None


class StreamReset(BaseModel):
    """Events between the reader's position and this one are no longer kept: fetch the state, then go on from here."""

    type: Literal["reset"] = "reset"


@dataclass(frozen=True, slots=True)
class WireEvent:
    """An event ready to be sent: `data` is JSON on one line."""

    id: int
    type: str
    data: str


class TopicKind[E: Event]:
    """A family of topics with the closed union of their events.

    ``CONVERSATIONS = TopicKind[ConversationEvent]("conversations", TypeAdapter(ConversationEvent))``, then
    ``CONVERSATIONS.of(user_id)``. Who may follow a topic is checked by whoever asks for it.
    """

    def __init__(self, name: str, events: TypeAdapter[Any]) -> None:
        self._name = name
        self._events = events

    def of(self, key: str) -> "Topic[E]":
        return Topic(f"{self._name}:{key}", self)

    def encode(self, event: E) -> str:
        """The event as JSON on one line. Raises `ValueError` for what is not of the union, or too large."""
        data = line_safe(self._events.dump_json(self._events.validate_python(event)).decode())
        if len(data) > LARGEST_EVENT_CHARS:
            raise ValueError(f"an event of {len(data)} characters: send the change, and let readers fetch the rest")
        return data


@dataclass(frozen=True, slots=True)
class Topic[E: Event]:
    name: str
    kind: TopicKind[E]


class Reader:
    """One reader's place: logs wake it, and `end` makes it leave whatever it is reading.

    A wake-up that comes while the reader is busy is remembered, so none is lost between looking and waiting.
    """

    __slots__ = ("_ended", "_waiter", "_woken")

    def __init__(self) -> None:
        self._ended = False
        self._woken = False
        self._waiter: asyncio.Future[None] | None = None

    @property
    def ended(self) -> bool:
        return self._ended

    def end(self) -> None:
        self._ended = True
        self.wake()

    def wake(self) -> None:
        self._woken = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, seconds: float | None = None) -> None:
        """Returns after a wake-up, after the end, or after so many seconds."""
        if not self._woken:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(seconds, self.wake) if seconds is not None else None
            try:
                await self._waiter
            finally:
                self._waiter = None
                if timer is not None:
                    timer.cancel()
        self._woken = self._ended


#: Reads from a place that was fixed earlier, until the stream's own end or the reader's.
type Reading = Callable[[Reader], AsyncGenerator[WireEvent]]


class Events(Protocol):
    """Topics with a bounded log each. A topic needs no preparation and goes by itself when nobody uses it."""

    async def publish[E: Event](self, topic: Topic[E], event: E) -> int:
        """Appends and wakes every reader, in all processes; returns the event's position.

        Call it after the change that it announces is stored. Errors: `Unavailable`, `ValueError`.
        """
        ...

    async def follow(self, topic: Topic[Any], *, after: int | None = None) -> Reading:
        """Registers a reader at a position, or at the present end; it then gets everything from there on.

        The reading never ends by itself. It opens what it needs when it is read and holds nothing before.
        """
        ...

    def end_readings(self) -> None:
        """Ends what is read now and later, without an event: this process stops."""
        ...


def line_safe(json: str) -> str:
    """JSON without the characters that some clients take for line ends."""
    if json.isascii():
        return json
    return json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def reset_at(position: int) -> WireEvent:
    return WireEvent(position, "reset", StreamReset().model_dump_json())
