"""A body is read after its sender is known, within its route's limit: for every route of the schema, also new ones."""

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import pytest_asyncio

from backend.api import large_json
from backend.api.body_limit import LARGER, STRANGERS_BYTES, STRANGERS_LARGER
from backend.api.large_json import parse_list_body
from backend.audit.log import Origin
from backend.settings import MEBIBYTE
from tests.security.test_routes import ALL, API, CLOSED, PUBLIC, Route
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

_CHUNK = b'[1,2,3],"' + b" " * 65_527
#: Below the default, so that the limits can be reached quickly.
_JSON_BYTES, _TEXTS_BYTES = 256 * 1024, 512 * 1024

OPEN = [route for route in ALL if (route.method, route.path) in PUBLIC]
WITH_BODY = [
    route for route in CLOSED if "application/json" in route.operation.get("requestBody", {}).get("content", {})
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(
            tmp_path_factory.mktemp("data"),
            mail=mail.settings,
            web={"max_json_bytes": _JSON_BYTES},
            upload={"max_text_request_bytes": _TEXTS_BYTES},
        )
        async with running_app(settings) as app, world(app, mail) as place:
            yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def admin(here: World) -> Person:
    return await here.administrator()


@dataclass(slots=True)
class Exchange:
    """One request by hand, so that it can be counted how much of its body the application asks for."""

    size: int
    announce: bool = True
    read: int = 0
    messages: list[Any] = field(default_factory=list)

    async def send(self, here: World, route: Route, media_type: str, token: str | None = None) -> "Exchange":
        headers = [(b"content-type", media_type.encode()), (b"host", b"here")]
        if self.announce:
            headers.append((b"content-length", str(self.size).encode()))
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        path = route.url({})
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": route.method.upper(), "scheme": "http", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "headers": headers, "client": ("127.0.0.1", 1),
            "server": ("here", 80),
        }  # fmt: skip
        await here.app.app(scope, self._receive, self._keep)
        return self

    async def _receive(self) -> Any:
        chunk = _CHUNK[: self.size - self.read]
        self.read += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": self.read < self.size}

    async def _keep(self, message: Any) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def code(self) -> str:
        return str(orjson.loads(b"".join(message.get("body", b"") for message in self.messages[1:]))["code"])


def names(found: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", found, ids=[f"{route.method} {route.path}" for route in found])


@names(CLOSED)
async def test_body_of_a_stranger_is_never_read(here: World, route: Route) -> None:
    for media_type in ("application/json", "multipart/form-data; boundary=b", "text/plain"):
        for token, code in ((None, "unauthenticated"), ("bib_no_such_key", "key_invalid")):
            for announce in (True, False):
                exchange = await Exchange(150 * MEBIBYTE, announce).send(here, route, media_type, token)
                assert (exchange.status, exchange.code, exchange.read) == (401, code, 0)


@names(OPEN)
async def test_open_route_reads_little(here: World, route: Route) -> None:
    exchange = await Exchange(150 * MEBIBYTE, announce=False).send(here, route, "application/json")
    most = STRANGERS_LARGER.get((route.method.upper(), route.path.removeprefix(API)), STRANGERS_BYTES)
    assert most <= MEBIBYTE // 4
    assert exchange.read <= most + len(_CHUNK)
    if "requestBody" in route.operation:
        assert (exchange.status, exchange.code) == (413, "too_large")
        announced = await Exchange(150 * MEBIBYTE).send(here, route, "application/json")
        assert (announced.status, announced.code, announced.read) == (413, "too_large", 0)


@names([*WITH_BODY, next(route for route in CLOSED if (route.method, route.path) == ("post", f"{API}/documents"))])
async def test_body_whose_session_ends_while_it_comes_is_refused(here: World, admin: Person, route: Route) -> None:
    accounts, first = here.app.container.accounts, await admin.session_id()
    user = await accounts.users.get(admin.id)
    assert user is not None
    token = (await accounts.auth.open_session(user, Origin())).access_token

    class Slow(Exchange):
        async def _receive(self) -> Any:
            if self.read:
                await accounts.sessions.end_all(admin.id, reason="ended_by_user", keep=first)
            return await super()._receive()

    media_type = "multipart/form-data; boundary=b" if route.path == f"{API}/documents" else "application/json"
    slow = await Slow(2 * len(_CHUNK)).send(here, route, media_type, token)
    assert (slow.status, slow.code) == (401, "session_ended")


@names(WITH_BODY)
async def test_json_body_of_somebody_signed_in_has_its_limit(here: World, admin: Person, route: Route) -> None:
    most = _TEXTS_BYTES if route.path == f"{API}/documents/text" else _JSON_BYTES
    for announce in (True, False):
        long = await Exchange(150 * MEBIBYTE, announce).send(here, route, "application/json", admin.token)
        assert (long.status, long.code) == (413, "too_large")
        assert long.read <= (0 if announce else most + len(_CHUNK))
        fits = await Exchange(most, announce).send(here, route, "application/json", admin.token)
        assert fits.status == 422


async def test_key_without_the_scope_is_refused_before_the_body(here: World, admin: Person) -> None:
    key = (await here.api_key(admin, "read")).headers["Authorization"].removeprefix("Bearer ")
    [texts] = [route for route in ALL if route.path == f"{API}/documents/text"]
    exchange = await Exchange(150 * MEBIBYTE).send(here, texts, "application/json", key)
    assert (exchange.status, exchange.code, exchange.read) == (403, "scope_missing", 0)


async def test_limits_of_their_own_belong_to_routes_that_exist() -> None:
    there = {(route.method.upper(), route.path.removeprefix(API)) for route in ALL}
    assert there >= LARGER.keys()


async def test_refusal_names_the_setting(here: World, admin: Person) -> None:
    answer = await admin.call("POST", "/conversations", json={"title": "x" * _JSON_BYTES})
    assert "BIBLIOS_WEB_MAX_JSON_BYTES" in answer.json()["hint"]
    answer = await admin.call("POST", "/documents/text", json={"items": [{"text": "x" * _TEXTS_BYTES}]})
    assert "BIBLIOS_UPLOAD_MAX_TEXT_REQUEST_BYTES" in answer.json()["hint"]


async def test_long_body_is_parsed_beside_the_event_loop(
    here: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed_in: list[int] = []

    def parse(*args: Any, **kwargs: Any) -> Any:
        parsed_in.append(threading.get_ident())
        return parse_list_body(*args, **kwargs)

    monkeypatch.setattr(large_json, "parse_list_body", parse)
    items = [{"external_id": str(number), "text": "Boats float. " * 100} for number in range(100)]
    stored = await admin.call("POST", "/documents/text", json={"items": items})
    assert (stored.status_code, len(stored.json()["items"])) == (202, 100)
    items[99]["text"] = 5  # type: ignore[assignment]
    refused = await admin.call("POST", "/documents/text", json={"items": items})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "items.99.text")
    assert len(parsed_in) == 2
    assert threading.get_ident() not in parsed_in
