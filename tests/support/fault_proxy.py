"""A reverse proxy in front of a real or emulated service that injects faults at the wire, and keeps a journal."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tests.support.waiting import until

_HOP_HEADERS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"})


@dataclass(slots=True)
class Fault:
    """What happens to requests whose path matches. `times` counts down; 0 stands for always.

    With `status` the service is not asked. `drop` promises a body and breaks off. `delay_seconds` waits before
    anything else.
    """

    path: str
    status: int | None = None
    body: bytes = b""
    content_type: str = "application/json"
    drop: bool = False
    delay_seconds: float = 0
    times: int = 0


@dataclass(slots=True)
class FaultProxy:
    """`journal` holds (method, path) of everything that came by."""

    target: str
    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    journal: list[tuple[str, str]] = field(default_factory=list)

    def inject(self, path: str, **given: object) -> Fault:
        fault = Fault(path, **given)  # type: ignore[arg-type]
        self.faults.insert(0, fault)
        return fault

    def heal(self) -> None:
        self.faults.clear()

    def _fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if re.fullmatch(fault.path, path):
                if fault.times == 1:
                    self.faults.remove(fault)
                fault.times = max(0, fault.times - 1)
                return fault
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        self.journal.append((request.method, request.url.path))
        fault = self._fault(request.url.path)
        if fault:
            await asyncio.sleep(fault.delay_seconds)
        if fault and fault.drop:
            headers = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            raise ConnectionResetError("the fault proxy breaks off")
        if fault and fault.status is not None:
            await _answer(send, fault.status, [(b"content-type", fault.content_type.encode())], fault.body)
            return
        async with httpx.AsyncClient(base_url=self.target, timeout=60) as http:
            passed = {name: value for name, value in request.headers.items() if name not in _HOP_HEADERS}
            query = f"?{request.url.query}" if request.url.query else ""
            answer = await http.request(request.method, request.url.path + query, headers=passed, content=body)
        kept = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in _HOP_HEADERS]
        kept = [(name, value) for name, value in kept if name.lower() != b"content-encoding"]
        await _answer(send, answer.status_code, kept, answer.content)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def fault_proxy(target: str, *, port: int = 0) -> AsyncIterator[FaultProxy]:
    """Serves in this event loop until the block ends."""
    proxy = FaultProxy(target.rstrip("/"))
    async with serving(proxy, port=port) as url:
        proxy.url = url
        yield proxy


@contextlib.asynccontextmanager
async def serving(app: object, *, port: int = 0) -> AsyncIterator[str]:
    """Any ASGI application on the loopback address, in this event loop; yields its address."""
    # Without the protocol number uvicorn leaves Nagle's algorithm on, and every request takes 50 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await until(lambda: server.started or task.done())
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()
