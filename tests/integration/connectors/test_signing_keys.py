"""The keys that a push's token is checked with: looked up when needed, and no oftener for what strangers send."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.connectors.identity_tokens import FetchedKeys
from backend.errors import TransientFailure
from tests.support.google_pubsub import PubSub
from tests.support.moved_clock import MovedClock
from tests.support.provider_wire import Fault, Wire, served


class Served:
    def __init__(self, url: str, pubsub: PubSub, wire: Wire) -> None:
        self.url, self.pubsub, self.wire = f"{url}/certs", pubsub, wire


@pytest_asyncio.fixture
async def google() -> AsyncIterator[Served]:
    pubsub = PubSub()

    async def none(_: Request) -> Response:
        return JSONResponse({"keys": 7})

    wire = Wire(Starlette(routes=[Route("/certs", pubsub.certificates), Route("/none", none)]))
    async with served(wire) as url:
        yield Served(url, pubsub, wire)


async def test_keys_are_looked_up_once_and_for_an_unknown_one_once_a_minute(google: Served) -> None:
    clock = MovedClock()
    keys = FetchedKeys(clock)
    for _ in range(3):
        assert await keys.key(google.url, str(google.pubsub.key.kid)) is not None
        assert await keys.key(google.url, "made up") is None
    assert google.pubsub.looked_up == 1
    clock.advance(seconds=61)
    for _ in range(3):
        assert await keys.key(google.url, "made up") is None
    assert google.pubsub.looked_up == 2


async def test_a_new_key_is_found_and_one_that_was_withdrawn_is_believed_no_longer(google: Served) -> None:
    clock = MovedClock()
    keys, old = FetchedKeys(clock), str(google.pubsub.key.kid)
    assert await keys.key(google.url, old) is not None
    google.pubsub.rotate()
    clock.advance(hours=1.1)
    assert await keys.key(google.url, old) is None
    assert await keys.key(google.url, str(google.pubsub.key.kid)) is not None


async def test_keys_that_cannot_be_looked_up_are_not_asked_for_by_each_push(google: Served) -> None:
    clock = MovedClock()
    keys = FetchedKeys(clock)
    google.wire.fail(1, Fault(status=503))
    for _ in range(3):
        with pytest.raises(TransientFailure):
            await keys.key(google.url, "any")
    assert len(google.wire.journal) == 1
    clock.advance(seconds=6)
    assert await keys.key(google.url, str(google.pubsub.key.kid)) is not None
    with pytest.raises(TransientFailure):
        await keys.key(google.url.replace("certs", "none"), "any")
