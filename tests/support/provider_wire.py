"""A stand-in of a provider on a real socket, with faults at the wire: each is for one request that is still to come."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.waiting import until

_START_SECONDS = 30.0
#: Longer than clients keep a connection without use: the side that uses it next is the one that closes it.
_KEEP_ALIVE_SECONDS = 60

type Where = Callable[["Request"], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request is answered instead.

    `how`: "answer" with status, headers and body (`data`: as it is); "drop" the connection without one; "cut" the real
    answer in its middle; "garble" it, so that it is no JSON; "after" does what was asked and drops the answer; "hang"
    answers nothing; "drip" gives the real answer byte by byte, with a pause behind each; "endless" never ends one;
    "change" makes another JSON of the real one by `change`.
    """

    how: Literal["answer", "drop", "cut", "garble", "after", "hang", "drip", "endless", "change"] = "answer"
    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    data: bytes | None = None
    change: Callable[[Any], Any] = lambda found: found
    pause_seconds: float = 0.05


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str


@dataclass(slots=True)
class _Due:
    """A fault for the request that passes `where` when so many of them have come."""

    left: int
    fault: Fault
    where: Where


@dataclass(slots=True)
class Wire:
    """Stands in front of a stand-in's application and keeps a journal of what it was asked.

    `on_request` is called before each request is answered. `ahead`: how far the clock that the answers tell is before
    the real one.
    """

    app: ASGIApp
    journal: list[Request] = field(default_factory=list)
    on_request: Callable[[Request], None] | None = None
    ahead: timedelta = timedelta()
    met: int = 0
    _due: list[_Due] = field(default_factory=list)
    _standing: tuple[Where, Fault] | None = None

    def fail(self, nth: int, fault: Fault, *, where: Where = lambda _: True) -> None:
        """The nth request from now (1: the next one) of those that pass fails."""
        self._due.append(_Due(nth, fault, where))

    def fail_all(self, where: Where, fault: Fault) -> None:
        """Every request that passes fails, until `mend`."""
        self._standing = (where, fault)

    def mend(self) -> None:
        self._due.clear()
        self._standing = None
        self.on_request = None
        self.ahead = timedelta()
        self.met = 0

    def _fault(self, request: Request) -> Fault | None:
        found = None
        for due in list(self._due):
            if due.where(request):
                due.left -= 1
                if not due.left:
                    self._due.remove(due)
                    found = due.fault
        if found is None and self._standing is not None and self._standing[0](request):
            found = self._standing[1]
        self.met += found is not None
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope["method"], scope["path"], scope["query_string"].decode())
        self.journal.append(request)
        if self.on_request is not None:
            self.on_request(request)
        fault = self._fault(request)
        send = self._dated(send)
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.how == "answer":
            await _answer(fault, send)
        elif fault.how == "endless":
            await _endless(send)
        elif fault.how == "hang":
            await _silence(receive)
        elif fault.how != "drop":
            await self._spoiled(fault, scope, receive, send)
        # A connection whose application ends without an answer is closed with 500 by the server; "drop" and "after"
        # close it in the middle of a body that was announced longer.
        if fault is not None and fault.how in ("drop", "after"):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            raise ConnectionResetError("a fault of the test")

    def _dated(self, send: Send) -> Send:
        """Answers tell the time, which some stand-ins do by themselves."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name.lower() == b"date" for name, _ in headers):
                    now = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
                    message = {**message, "headers": [*headers, (b"date", now.encode())]}
            await send(message)

        return dated

    async def _spoiled(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        if fault.how == "after":
            return
        body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
        start = next(message for message in messages if message["type"] == "http.response.start")
        if fault.how == "change":
            with contextlib.suppress(ValueError):
                body = json.dumps(fault.change(json.loads(body))).encode()
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start = {**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]}
        await send(start)
        if fault.how == "change":
            await send({"type": "http.response.body", "body": body})
        elif fault.how == "garble":
            await send({"type": "http.response.body", "body": b"<" * len(body)})
        elif fault.how == "drip":
            for at in range(len(body)):
                await send({"type": "http.response.body", "body": body[at : at + 1], "more_body": True})
                await asyncio.sleep(fault.pause_seconds)
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            raise ConnectionResetError("a fault of the test")


async def _answer(fault: Fault, send: Send) -> None:
    body = b"" if fault.body is None else json.dumps(fault.body).encode()
    body = body if fault.data is None else fault.data
    kind = [(b"content-type", b"application/json")]
    headers = [*kind, *((name.encode(), value.encode()) for name, value in fault.headers)]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _endless(send: Send) -> None:
    """Until whoever asked goes: the server then takes what is sent and drops it, so there is an end to it here."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"ok": true, "data": "', "more_body": True})
    for _ in range(1_200):
        await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})


async def _silence(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@contextlib.asynccontextmanager
async def served(app: ASGIApp, *, dated: bool = True) -> AsyncIterator[str]:
    """Serves on a free port of the loopback address until the block ends; the address, without a slash at the end.

    `dated` False: the application tells its own time, as a `Wire` does.
    """
    dated = dated and not isinstance(app, Wire)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="critical",
        lifespan="off",
        date_header=dated,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or serving.done(), seconds=_START_SECONDS)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
