"""The one wire to providers: where tokens go, what an answer may be, and how refusals are told."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from backend.connectors import http as wire
from backend.connectors.base import Calls, StaticCredential
from backend.connectors.http import HttpGateway
from backend.errors import (
    BibliosError,
    PermissionMissing,
    ReauthRequired,
    SourceRateLimited,
    SourceRefused,
    TransientFailure,
)
from tests.support.provider_wire import Fault, Wire, served

TOKEN = "token-of-the-test"


class Renewing:
    """A credential with one more token after the first is refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    async def access_token(self, *, refused: str | None = None) -> str:
        if refused is not None:
            self.refused.append(refused)
        return "new" if self.refused else TOKEN


class Provider:
    """Tells what it was sent; `elsewhere` is another host's address."""

    def __init__(self) -> None:
        self.tokens: list[str | None] = []
        self.elsewhere = ""
        self.valid = TOKEN
        self.app = Wire(
            Starlette(
                routes=[
                    Route("/thing", self._thing),
                    Route("/file", self._file),
                    Route("/away", self._away),
                    Route("/round", self._round),
                    Route("/large", self._large),
                ]
            )
        )

    async def _thing(self, request: Request) -> Response:
        token = request.headers.get("authorization")
        self.tokens.append(token)
        if token != f"Bearer {self.valid}":
            return JSONResponse({"error": "unauthorized"}, 401)
        return JSONResponse({"thing": dict(request.query_params)})

    async def _file(self, request: Request) -> Response:
        self.tokens.append(request.headers.get("authorization"))
        return Response(b"bytes of a file")

    async def _away(self, _: Request) -> Response:
        return RedirectResponse(f"{self.elsewhere}/file", 302)

    async def _round(self, _: Request) -> Response:
        return RedirectResponse("/round", 302)

    async def _large(self, _: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 65_536

        return StreamingResponse(pieces())


@contextlib.asynccontextmanager
async def gateway(provider: Provider, credential: Renewing | None = None) -> AsyncIterator[tuple[HttpGateway, Calls]]:
    calls = Calls()
    async with served(provider.app) as url:
        given = credential or StaticCredential(SecretStr(TOKEN))
        opened = HttpGateway("Provider", url, credential=given, calls=calls)
        try:
            yield opened, calls
        finally:
            await opened.close()


async def test_a_call_carries_the_token_and_is_counted_and_leaves_out_what_is_not_given() -> None:
    provider = Provider()
    async with gateway(provider) as (http, calls):
        assert await http.json("GET", "/thing", params={"page": 2, "cursor": None}) == {"thing": {"page": "2"}}
    assert (provider.tokens, calls.count) == ([f"Bearer {TOKEN}"], 1)


async def test_a_refused_token_is_renewed_once_and_no_further() -> None:
    provider, credential = Provider(), Renewing()
    provider.valid = "new"
    async with gateway(provider, credential) as (http, calls):
        assert await http.json("GET", "/thing") == {"thing": {}}
        assert (credential.refused, calls.count) == ([TOKEN], 2)
        provider.valid = "another"
        with pytest.raises(ReauthRequired):
            await http.json("GET", "/thing")
    assert len(provider.tokens) == 4


async def test_a_token_that_was_pasted_is_refused_for_good() -> None:
    provider = Provider()
    provider.valid = "another"
    async with gateway(provider) as (http, calls):
        with pytest.raises(ReauthRequired, match="Make a new one"):
            await http.json("GET", "/thing")
    assert calls.count == 1


async def test_a_token_never_goes_to_another_host_whatever_an_address_or_a_redirect_says() -> None:
    provider, other = Provider(), Provider()
    async with served(other.app) as elsewhere, gateway(provider) as (http, _):
        provider.elsewhere = elsewhere
        for path in ("/away", f"{elsewhere}/file"):
            assert b"".join([piece async for piece in http.pieces(path)]) == b"bytes of a file"
    assert other.tokens == [None, None]


async def test_a_download_that_is_sent_round_in_circles_ends() -> None:
    async with gateway(Provider()) as (http, calls):
        with pytest.raises(SourceRefused):
            _ = [piece async for piece in http.pieces("/round")]
    assert calls.count == 4


async def test_an_answer_that_is_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 1_000_000)
    async with gateway(Provider()) as (http, _):
        with pytest.raises(SourceRefused) as refused:
            await http.answer("GET", "/large")
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=403, body={"error": "no"}), PermissionMissing),
        (Fault(status=429, headers=(("Retry-After", "7"),)), SourceRateLimited),
        (Fault(status=529), SourceRateLimited),
        (Fault(status=500), TransientFailure),
        (Fault(status=503, body={"error": "later"}), TransientFailure),
        (Fault(status=404), SourceRefused),
        (Fault(status=400, body=["not an object"]), SourceRefused),
        (Fault(how="drop"), TransientFailure),
        (Fault(how="cut"), TransientFailure),
        (Fault(how="garble"), TransientFailure),
    ],
)
async def test_what_goes_wrong_is_told_by_its_kind(fault: Fault, expected: type[BibliosError]) -> None:
    provider = Provider()
    provider.app.fail(1, fault)
    async with gateway(provider) as (http, _):
        with pytest.raises(expected) as told:
            await http.json("GET", "/thing")
        if isinstance(told.value, SourceRateLimited):
            assert told.value.retry_after_seconds == (7.0 if fault.headers else None)
        assert TOKEN not in str(told.value)
        assert await http.json("GET", "/thing") == {"thing": {}}  # the next call works


async def test_a_provider_that_is_not_there_is_a_passing_failure() -> None:
    http = HttpGateway("Provider", "http://127.0.0.1:9", credential=StaticCredential(SecretStr(TOKEN)), calls=Calls())
    with pytest.raises(TransientFailure):
        await http.json("GET", "/thing")
    await http.close()


async def test_a_pause_until_a_date_is_as_long_as_by_the_clock_of_who_asks_for_it() -> None:
    provider = Provider()
    headers = (("Date", "Mon, 01 Jun 2020 10:00:00 GMT"), ("Retry-After", "Mon, 01 Jun 2020 10:00:40 GMT"))
    provider.app.fail(1, Fault(status=429, headers=headers))
    async with gateway(provider) as (http, _):
        with pytest.raises(SourceRateLimited) as told:
            await http.json("GET", "/thing")
    assert told.value.retry_after_seconds == 40


async def test_a_call_that_is_sent_elsewhere_has_no_answer() -> None:
    provider = Provider()
    provider.app.fail(1, Fault(status=302, headers=(("Location", "https://elsewhere.example/"),), body={"thing": {}}))
    async with gateway(provider) as (http, _):
        with pytest.raises(TransientFailure):
            await http.json("GET", "/thing")


async def test_a_download_that_drips_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "DOWNLOAD_SECONDS", 0.3)
    provider = Provider()
    provider.app.fail(1, Fault("drip"))
    async with gateway(provider) as (http, _):
        with pytest.raises(TransientFailure):
            _ = [piece async for piece in http.pieces("/file")]
