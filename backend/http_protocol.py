"""uvicorn's HTTP protocol with the limits that it lacks: long heads, requests that come slowly, answers nobody reads.

uvicorn keeps a connection for ever that sends nothing or a part of a request, or that does not read its answer. It
reads heads of any size, and cuts off a client that is still sending when its answer is complete, so that the client
never sees the answer (docs/adr/0100).
"""

import asyncio
import fcntl
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from backend.settings import KIBIBYTE

_INT_BYTES = 4


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one connection may cost. Where a body's sender is waited for, `body_bytes` must come in `body_seconds`."""

    head_bytes: int = 32 * KIBIBYTE
    headers: int = 100
    head_seconds: float = 10
    body_seconds: float = 20
    body_bytes: int = 10 * KIBIBYTE
    #: After the answer, for the rest of a body that nobody reads.
    discard_seconds: float = 30
    #: In which something of an answer must leave, if it has not left as a whole.
    unread_seconds: float = 60


class _Waiting(Enum):
    """What the client owes."""

    nothing = auto()
    head = auto()
    body = auto()
    rest = auto()


class _HeadRefused(Exception):
    """Ends parsing; the answer is written by `send_400_response`."""


class _Transport:
    """What a request's cycle writes to: closing waits for the rest of a body, else the answer would be lost."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: "GuardedProtocol") -> None:
        self._protocol = protocol

    def write(self, data: bytes) -> None:
        self._protocol.write(data)

    def is_closing(self) -> bool:
        return self._protocol.transport.is_closing()

    def close(self) -> None:
        self._protocol.close_after_body()


def _unacknowledged(transport: asyncio.Transport) -> int:
    """What the system has of an answer and the client has not taken, in bytes; 0 where the system does not say.

    It takes more from us only after a large part of what it has is gone, which may last minutes with a slow reader.
    """
    try:
        socket = transport.get_extra_info("socket")
        return int.from_bytes(fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(_INT_BYTES)), sys.byteorder)
    except (OSError, ValueError):
        return 0


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = False
        #: Of the head: received since the piece that it began in, and understood.
        self._head_bytes = 0
        self._parsed_bytes = 0
        self._refused_head = False
        self._body_bytes = 0
        #: Received behind a head that is neither body nor its next head: trailers, extensions of chunks, line ends.
        self._other_bytes = 0
        self._was_paused = False
        self._ending = False
        self._waiting = _Waiting.nothing
        self._timer: asyncio.TimerHandle | None = None
        self._written = 0
        #: How much had left when that was last looked at, and the next look.
        self._left: int | None = None
        self._next_look: asyncio.TimerHandle | None = None

    @property
    def _current(self) -> RequestResponseCycle | None:
        """The newest request; uvicorn's annotation knows nothing of the time before the first."""
        return self.cycle

    # -- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(_Waiting.nothing)
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_over():
            return
        was_in_head = self._in_head
        if not was_in_head:
            self._other_bytes += len(data)
        super().data_received(data)
        if self._is_over():
            return
        if was_in_head and self._in_head:
            self._head_bytes += len(data)
        if max(self._head_bytes if self._in_head else 0, self._other_bytes) > self.limits.head_bytes:
            self._refused_head = True
            self.send_400_response("")
            return
        self._watch()

    def _is_over(self) -> bool:
        return self._ending or self.transport.is_closing()

    def close_after_body(self) -> None:
        """Closes once the client has sent what it is sending, or after a while; whatever comes is thrown away."""
        cycle = self._current
        if cycle is None or not cycle.more_body or self.transport.is_closing():
            self.transport.close()
        else:
            self._end_patiently()

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing to warn of: there are no web sockets here, and the request is answered as any other."""

    # -- the parser's callbacks

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = self._parsed_bytes = self._other_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Trailers behind a chunked body are counted and dropped: among the headers they would count as a proxy's."""
        if self._in_head:
            super().on_header(name, value)
        self._count(len(name) + len(value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._body_bytes, self._other_bytes, self._was_paused = 0, 0, False
        super().on_headers_complete()
        if cycle := self._current:
            cycle.transport = _Transport(self)  # type: ignore[assignment]  # all that a cycle uses

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._other_bytes = 0
        super().on_body(body)
        self._was_paused = self._was_paused or self.flow.read_paused

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if cycle := self._current:
            cycle.more_body = False

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    # -- the answer

    def write(self, data: bytes) -> None:
        """What does not leave is waited for no longer than the limit says, also while the connection is closing."""
        self.transport.write(data)
        self._written += len(data)
        if self._next_look is None:
            self._look_later()

    def _look_later(self) -> None:
        self._next_look = self.loop.call_later(self.limits.unread_seconds, self._look_whether_read)

    def _look_whether_read(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        left = self._written - waiting - _unacknowledged(self.transport)
        if not waiting:
            self._left = self._next_look = None
        elif self._left is None or left > self._left:
            self._left = left
            self._look_later()
        else:
            self.transport.abort()

    # -- refusals

    def _count(self, size: int) -> None:
        self._parsed_bytes += size
        if len(self.headers) > self.limits.headers or self._parsed_bytes > self.limits.head_bytes:
            self._refused_head = True
            raise _HeadRefused

    def send_400_response(self, msg: str) -> None:
        """Implements uvicorn's answer to what it cannot parse. None where it would stand within another answer."""
        cycle = self._current
        if self._in_head or cycle is None or not cycle.response_started:
            if self._refused_head:
                self._refuse(431, "head_too_large", "The request's address and headers are too long or too many.")
            else:
                self._refuse(400, "invalid_request", "This is not an HTTP request.")
        self._end_patiently()

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answers where no application is asked; nothing may follow on this connection."""
        title = HTTPStatus(status).phrase
        problem = {"type": f"urn:bibliosai:problem:{code}", "title": title, "status": status, "code": code}
        body = orjson.dumps({**problem, "detail": detail, "request_id": ""})
        head = (
            f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.write(head.encode() + body)

    def _end(self) -> None:
        self._wait_for(_Waiting.nothing)
        self.transport.close()

    def _end_patiently(self) -> None:
        self._ending = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._watch()

    # -- time

    def _watch(self) -> None:
        """Notes what the client owes now. What is whole when it arrives never costs a timer."""
        cycle = self._current
        if self._ending:
            self._wait_for(_Waiting.rest)
        elif self._in_head or cycle is None:
            self._wait_for(_Waiting.head)
        elif not cycle.more_body:
            idle = cycle.response_complete and self.timeout_keep_alive_task is None
            self._wait_for(_Waiting.head if idle else _Waiting.nothing)
        else:
            self._wait_for(_Waiting.rest if cycle.response_complete else _Waiting.body)

    def _wait_for(self, what: _Waiting) -> None:
        if what is self._waiting:
            return
        self._waiting = what
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        match what:
            case _Waiting.head:
                self._arm(self.limits.head_seconds, self._head_is_late)
            case _Waiting.body:
                self._body_bytes, self._was_paused = 0, self.flow.read_paused
                self._arm(self.limits.body_seconds, self._body_is_late)
            case _Waiting.rest:
                self._arm(self.limits.discard_seconds, self._end)
            case _Waiting.nothing:
                pass

    def _arm(self, seconds: float, late: Callable[[], None]) -> None:
        self._timer = self.loop.call_later(seconds, late)

    def _head_is_late(self) -> None:
        cycle = self._current
        if cycle is not None and not cycle.response_complete:
            # The one before is still being answered, and reading stands still.
            self._arm(self.limits.head_seconds, self._head_is_late)
            return
        if self._in_head:
            self._refuse(408, "head_too_slow", "The request did not arrive in time.")
        self._end()

    def _body_is_late(self) -> None:
        cycle = self.cycle
        ours = self._was_paused or self.flow.read_paused or cycle.waiting_for_100_continue
        if ours or self._body_bytes >= self.limits.body_bytes:
            self._body_bytes, self._was_paused = 0, self.flow.read_paused
            self._arm(self.limits.body_seconds, self._body_is_late)
            return
        cycle.disconnected = True
        cycle.message_event.set()
        if not cycle.response_started:
            self._refuse(408, "body_too_slow", "The request's body did not arrive in time. Send it again.")
        self._end()
