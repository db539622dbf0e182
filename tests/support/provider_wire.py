"""A stand-in of a provider on a real socket, with faults at the wire: each is for one request that is still to come."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.waiting import until

_START_SECONDS = 30.0
#: Longer than clients keep a connection without use: the side that uses it next is the one that closes it.
_KEEP_ALIVE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request is answered instead.

    `how`: "answer" with status, headers and body; "drop" the connection without one; "cut" the real answer in its
    middle; "garble" it, so that it is no JSON; "after" does what was asked and drops the answer.
    """

    how: Literal["answer", "drop", "cut", "garble", "after"] = "answer"
    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str


@dataclass(slots=True)
class Wire:
    """Stands in front of a stand-in's application and keeps a journal of what it was asked."""

    app: ASGIApp
    journal: list[Request] = field(default_factory=list)
    _faults: dict[int, Fault] = field(default_factory=dict)
    _standing: tuple[Callable[[Request], bool], Fault] | None = None

    def fail(self, nth: int, fault: Fault) -> None:
        """The nth request from now (1: the next one) fails."""
        self._faults[len(self.journal) + nth] = fault

    def fail_all(self, where: Callable[[Request], bool], fault: Fault) -> None:
        """Every request that passes fails, until `mend`."""
        self._standing = (where, fault)

    def mend(self) -> None:
        self._faults.clear()
        self._standing = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope["method"], scope["path"], scope["query_string"].decode())
        self.journal.append(request)
        fault = self._faults.pop(len(self.journal), None)
        if fault is None and self._standing is not None and self._standing[0](request):
            fault = self._standing[1]
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.how == "answer":
            await _answer(fault, send)
        elif fault.how != "drop":
            await self._spoiled(fault, scope, receive, send)
        # A connection whose application ends without an answer is closed with 500 by the server; "drop" and "after"
        # close it in the middle of a body that was announced longer.
        if fault is not None and fault.how in ("drop", "after"):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            raise ConnectionResetError("a fault of the test")

    async def _spoiled(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        if fault.how == "after":
            return
        body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
        start = next(message for message in messages if message["type"] == "http.response.start")
        await send(start)
        if fault.how == "garble":
            await send({"type": "http.response.body", "body": b"<" * len(body)})
            return
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        raise ConnectionResetError("a fault of the test")


async def _answer(fault: Fault, send: Send) -> None:
    body = b"" if fault.body is None else json.dumps(fault.body).encode()
    kind = [(b"content-type", b"application/json")]
    headers = [*kind, *((name.encode(), value.encode()) for name, value in fault.headers)]
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def served(app: ASGIApp, *, dated: bool = True) -> AsyncIterator[str]:
    """Serves on a free port of the loopback address until the block ends; the address, without a slash at the end.

    `dated` False: the application tells its own time.
    """
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
