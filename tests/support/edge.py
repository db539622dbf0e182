"""A reverse proxy in front of an emulator that mends, call by call, what the emulator is known to get wrong.

The providers' public documentation says what is right. `docs/developer/testing.md` lists every mend.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.support.provider_wire import served

#: Headers of one connection, and those that say how a body came.
_OWN_HEADERS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A call on its way to the emulator."""

    request: Request
    body: bytes
    emulator: httpx.AsyncClient

    async def passed_on(self, method: str = "", path: str = "", **given: Any) -> httpx.Response:
        """The emulator's answer to this call, or to another one by the same caller."""
        own = not path
        headers = {"authorization": self.request.headers.get("authorization", "")}
        if own:
            path = self.request.url.path
            headers = {name: value for name, value in self.request.headers.items() if name not in _OWN_HEADERS}
            given = {"params": self.request.query_params.multi_items(), "content": self.body, **given}
        return await self.emulator.request(method or self.request.method, path, headers=headers, **given)

    async def json(self, path: str, **params: Any) -> Any:
        """What the emulator says to the same caller at another address."""
        answer = await self.passed_on("GET", path, params=params)
        answer.raise_for_status()
        return answer.json()


type Mend = Callable[[Asked], Awaitable[Response]]


class Edge:
    """`mends`: by ``METHOD /path`` (a regular expression for the whole); the first that fits answers."""

    def __init__(self, emulator: httpx.AsyncClient, mends: Mapping[str, Mend]) -> None:
        self._emulator = emulator
        self._mends = {re.compile(pattern): mend for pattern, mend in mends.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        asked = Asked(request, await request.body(), self._emulator)
        called = f"{request.method} {request.url.path}"
        mend = next((mend for pattern, mend in self._mends.items() if pattern.fullmatch(called)), _as_it_is)
        await (await mend(asked))(scope, receive, send)


async def _as_it_is(asked: Asked) -> Response:
    return given(await asked.passed_on())


def given(answer: httpx.Response) -> Response:
    """The emulator's answer, handed on."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OWN_HEADERS | {"date"}}
    return Response(answer.content, answer.status_code, headers)


def says(body: Any, status: int = 200) -> Mend:
    """The same answer each time, without asking the emulator."""

    async def mend(_: Asked) -> Response:
        return JSONResponse(body, status)

    return mend


def changed(change: Callable[[Any], Any]) -> Mend:
    """The emulator's JSON, changed where it is no error."""

    async def mend(asked: Asked) -> Response:
        answer = await asked.passed_on()
        if answer.is_error:
            return given(answer)
        body = given(answer)
        headers = {name: value for name, value in body.headers.items() if name != "content-length"}
        return JSONResponse(change(answer.json()), answer.status_code, headers)

    return mend


@contextlib.asynccontextmanager
async def edge(emulator: str, mends: Mapping[str, Mend]) -> AsyncIterator[str]:
    """Serves until the block ends; its address."""
    # Each call has a connection of its own: one that is kept may be closed by the emulator as it is used again.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with (
        httpx.AsyncClient(base_url=emulator, timeout=60, limits=limits) as client,
        served(Edge(client, mends)) as url,
    ):
        yield url
