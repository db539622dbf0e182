"""What one connection may cost: a real socket, a real uvicorn, and clients that do not keep to the rules."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from backend.http_protocol import ConnectionLimits, GuardedProtocol
from backend.web_server import server_config
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(60)

_PATIENT = ConnectionLimits(head_seconds=600, body_seconds=600, discard_seconds=600, unread_seconds=600)
MEBIBYTE = 1024 * 1024


class Application:
    """``/unread`` answers at once, ``/length`` reads the body, ``/wait`` reads it when `go` is set, ``/headers`` tells
    the names and values of the headers once it has read it.

    ``/large`` answers with as many MB as its query says, in pieces or, for ``/large/whole``, in one.
    """

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked = asyncio.Event()
        self.broken_off = asyncio.Event()
        self.answered = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = PlainTextResponse("sign in", status_code=401)
        self.asked.set()
        if scope["path"].startswith("/large"):
            count = int(scope["query_string"])
            pieces = [count * MEBIBYTE] if scope["path"].endswith("whole") else [MEBIBYTE] * count
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for piece in pieces:
                await send({"type": "http.response.body", "body": b"a" * piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            self.answered.set()
            return
        if scope["path"] != "/unread":
            if scope["path"] == "/wait":
                await self.go.wait()
            try:
                answer = PlainTextResponse(str(len(await request.body())))
                if scope["path"] == "/headers":
                    answer = PlainTextResponse(b"\n".join(b": ".join(pair) for pair in scope["headers"]))
            except ClientDisconnect:
                self.broken_off.set()
                return
        await answer(scope, receive, send)


class Here:
    def __init__(self, server: uvicorn.Server, app: Application, protocol: type[GuardedProtocol]) -> None:
        self.port = server.servers[0].sockets[0].getsockname()[1]
        self.connections = server.server_state.connections
        self.app = app
        self.protocol: Any = protocol

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def serving(**limits: Any) -> AsyncIterator[Here]:
    """Waits patiently but for what is changed."""

    class Protocol(GuardedProtocol):
        limits: ClassVar[ConnectionLimits] = _PATIENT
        windows: ClassVar[asyncio.Semaphore] = asyncio.Semaphore(0)

        def _body_is_late(self) -> None:
            self.windows.release()
            super()._body_is_late()

        def _look_whether_read(self) -> None:
            self.windows.release()
            super()._look_whether_read()

    Protocol.limits = replace(_PATIENT, **limits)
    app = Application()
    server = uvicorn.Server(server_config(app, port=0, lifespan="off", http=Protocol, timeout_graceful_shutdown=1))
    serve = asyncio.create_task(server.serve())
    await until(lambda: server.started or serve.done())
    try:
        yield Here(server, app, Protocol)
    finally:
        server.should_exit = True
        await serve


async def whole(reader: asyncio.StreamReader) -> bytes:
    """All until the server ends the connection."""
    with contextlib.suppress(ConnectionError):
        return await reader.read()
    return b""


async def drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)


async def test_silent_connection_ends() -> None:
    async with serving(head_seconds=0.1) as here, here.connection() as (reader, _):
        assert await whole(reader) == b""


@pytest.mark.parametrize("start", [b"GET", b"GET /length HTTP/1.1\r\n", b"GET /length HTTP/1.1\r\nHost: h\r\nX: y"])
async def test_half_sent_head_ends_with_408(start: bytes) -> None:
    async with serving(head_seconds=0.1) as here, here.connection() as (reader, writer):
        writer.write(start)
        answer = await whole(reader)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"head_too_slow"' in answer
        assert not here.app.asked.is_set()


@pytest.mark.parametrize("start", [b"", b"GET /length HTTP/1.1\r\nHost: h\r\nX: "])
@pytest.mark.parametrize("drop", [b"a", b"\r\n"])
async def test_head_that_drips_ends(start: bytes, drop: bytes) -> None:
    if start and drop == b"\r\n":
        return  # a head that is whole
    async with serving(head_seconds=0.2) as here, here.connection() as (reader, writer):
        writer.write(start)
        dripping = asyncio.create_task(drip(writer, drop))
        await whole(reader)
        dripping.cancel()
        assert not here.app.asked.is_set()


async def test_connection_that_goes_on_with_junk_after_an_answer_ends() -> None:
    async with serving(head_seconds=0.2) as here, here.connection() as (reader, writer):
        writer.write(b"GET /length HTTP/1.1\r\nHost: h\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n0")
        dripping = asyncio.create_task(drip(writer, b"\r\n"))
        assert await whole(reader) == b""
        dripping.cancel()


async def test_half_sent_body_ends_with_408_and_the_application_is_told() -> None:
    async with serving(body_seconds=0.1) as here, here.connection() as (reader, writer):
        writer.write(b"POST /length HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf")
        answer = await whole(reader)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"body_too_slow"' in answer
        await here.app.broken_off.wait()


@pytest.mark.parametrize("framing", [b"Content-Length: 100000", b"Transfer-Encoding: chunked"])
async def test_body_that_drips_ends(framing: bytes) -> None:
    async with serving(body_seconds=0.2) as here, here.connection() as (reader, writer):
        writer.write(b"POST /length HTTP/1.1\r\nHost: h\r\n" + framing + b"\r\n\r\n")
        dripping = asyncio.create_task(drip(writer, b"1\r\na\r\n" if b"chunked" in framing else b"a"))
        await whole(reader)
        dripping.cancel()
        await here.app.broken_off.wait()


async def test_slow_application_is_not_the_clients_fault() -> None:
    async with serving(body_seconds=0.05) as here, here.connection() as (reader, writer):
        body = b"a" * 8 * MEBIBYTE
        writer.write(b"POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        for _ in range(4):
            await here.protocol.windows.acquire()
        here.app.go.set()
        assert (await reader.readuntil(str(len(body)).encode())).startswith(b"HTTP/1.1 200 ")


async def test_client_that_waits_to_be_asked_for_its_body_is_not_late() -> None:
    async with serving(body_seconds=0.05) as here, here.connection() as (reader, writer):
        writer.write(b"POST /wait HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        for _ in range(3):
            await here.protocol.windows.acquire()
        here.app.go.set()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(b"body")
        assert (await reader.readuntil(b"\r\n\r\n4")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(101)) + b"\r\n",
        b"GET / HTTP/1.1\r\nCookie: " + b"a" * 33_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %b\r\n" % (number, b"y" * 4000) for number in range(9)) + b"\r\n",
        b"GET /" + b"a" * 33_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    ],
    ids=["many", "one long", "long together", "long address"],
)
async def test_head_that_is_too_large_is_answered_431(head: bytes) -> None:
    async with serving() as here, here.connection() as (reader, writer):
        writer.write(head)
        writer.write_eof()
        answer = await whole(reader)
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b'"code":"head_too_large"' in answer
        assert not here.app.asked.is_set()


async def test_endless_header_is_cut_off() -> None:
    async with serving(discard_seconds=0.1) as here, here.connection() as (reader, writer):
        sent = 0
        answer = asyncio.create_task(whole(reader))
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        with contextlib.suppress(ConnectionError):
            while sent < 64 * MEBIBYTE:
                writer.write(b"a" * 65_536)
                await writer.drain()
                sent += 65_536
                if answer.done():
                    break
        assert sent < 64 * MEBIBYTE
        assert (await answer).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("apart", [False, True], ids=["at once", "after the body"])
async def test_trailers_of_a_body_are_no_headers(apart: bool) -> None:
    """Behind a trusted proxy, which passes them on, a client could say the last word of where it comes from."""
    head = b"POST /headers HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.100.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailers = b"0\r\nX-Forwarded-For: 203.0.113.9\r\nAuthorization: Bearer x\r\n\r\n"
    async with serving() as here, here.connection() as (reader, writer):
        writer.write(head + b"1\r\na\r\n")
        if apart:
            await writer.drain()
            await here.app.asked.wait()
        writer.write(trailers)
        await reader.readuntil(b"chunked")
        writer.write(b"GET /headers HTTP/1.1\r\nHost: again\r\nX-Mine: 1\r\n\r\n")  # the connection goes on
        rest = await reader.readuntil(b"x-mine: 1")
        assert b"host: again" in rest
        assert b"x-forwarded-for" not in rest
        assert b"authorization" not in rest


ENDLESS = {
    "many": (b"0\r\n", b"X: 1\r\n" * 1000),
    "one of a thousand lines": (b"0\r\nX: ", b"y" * 10_000),
    "an extension of a chunk": (b"1;x=", b"y" * 10_000),
}


@pytest.mark.parametrize(("start", "more"), ENDLESS.values(), ids=ENDLESS.keys())
async def test_what_a_body_has_beside_its_bytes_is_cut_off(start: bytes, more: bytes) -> None:
    async with serving() as here, here.connection() as (reader, writer):
        writer.write(b"POST /length HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n" + start)
        sending = asyncio.create_task(drip(writer, more))
        answer = await reader.readuntil(b"}")
        sending.cancel()
        assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_refusal_never_stands_within_another_answer() -> None:
    async with serving(discard_seconds=0.1) as here, here.connection() as (reader, writer):
        writer.write(b"POST /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        answer = await reader.readuntil(b"sign in")
        writer.write(b"no chunk\r\n")
        assert b"HTTP/1.1" not in (answer + await whole(reader))[1:]


async def test_a_body_of_many_small_chunks_is_taken() -> None:
    async with serving() as here, here.connection() as (reader, writer):
        writer.write(b"POST /length HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            writer.write(b"1\r\na\r\n" * 1000)
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        assert await reader.readuntil(b"100000")


async def test_ordinary_head_is_taken() -> None:
    async with serving() as here, here.connection() as (reader, writer):
        cookie = b"Cookie: " + b"a" * 8000 + b"\r\n"
        writer.write(b"GET /length HTTP/1.1\r\nHost: h\r\n" + cookie)
        await writer.drain()
        writer.write(b"".join(b"X-%d: y\r\n" % number for number in range(60)) + b"\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
async def test_client_that_is_still_sending_sees_its_answer(ending: bytes) -> None:
    async with serving() as here, here.connection() as (reader, writer):
        size = 20 * MEBIBYTE
        writer.write(b"POST /unread HTTP/1.1\r\nHost: h\r\n" + ending + b"Content-Length: %d\r\n\r\n" % size)
        await here.app.asked.wait()
        for _ in range(20):
            writer.write(b"a" * MEBIBYTE)
            await writer.drain()
        assert (await reader.readuntil(b"sign in")).startswith(b"HTTP/1.1 401 ")
        if not ending:  # and the connection goes on
            writer.write(b"GET /length HTTP/1.1\r\nHost: h\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
async def test_unread_body_that_never_ends_is_cut_off(ending: bytes) -> None:
    async with serving(discard_seconds=0.2) as here, here.connection() as (reader, writer):
        writer.write(b"POST /unread HTTP/1.1\r\nHost: h\r\n" + ending + b"Content-Length: 99999999999\r\n\r\n")
        dripping = asyncio.create_task(drip(writer, b"a" * 1000))
        await asyncio.wait_for(dripping, 30)
        assert (await whole(reader))[:13] in (b"HTTP/1.1 401 ", b"")


LARGE = 64
LARGE_HEAD = b"GET %s?64 HTTP/1.1\r\nHost: h\r\n%s\r\n"


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"])
@pytest.mark.parametrize("path", [b"/large", b"/large/whole"])
async def test_client_that_does_not_read_its_answer_is_cut_off(path: bytes, ending: bytes) -> None:
    async with serving(unread_seconds=0.1) as here, here.connection() as (reader, writer):
        writer.write(LARGE_HEAD % (path, ending))
        await here.app.answered.wait()  # nobody waits for it any more
        await until(lambda: not here.connections)
        assert len(await whole(reader)) < LARGE * MEBIBYTE


async def test_client_that_reads_its_answer_slowly_gets_all_of_it() -> None:
    loop = asyncio.get_running_loop()
    async with serving(unread_seconds=0.1) as here:
        with socket.create_connection(("127.0.0.1", here.port)) as client:
            client.setblocking(False)
            await loop.sock_sendall(client, LARGE_HEAD % (b"/large", b"Connection: close\r\n"))
            got = 0
            for window in range(1, 16):
                while got < window * MEBIBYTE:
                    got += len(await loop.sock_recv(client, MEBIBYTE))
                await here.protocol.windows.acquire()
            assert not here.app.answered.is_set()
            while piece := await loop.sock_recv(client, MEBIBYTE):
                got += len(piece)
        assert got > LARGE * MEBIBYTE


async def test_connection_whose_answers_are_read_goes_on() -> None:
    async with serving(unread_seconds=0.01) as here, here.connection() as (reader, writer):
        for _ in range(3):
            writer.write(b"GET /length HTTP/1.1\r\nHost: h\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 ")
            await here.protocol.windows.acquire()
