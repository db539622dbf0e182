"""Notion's webhooks: the secret that it offers reaches an administrator, and nobody else's is ever believed."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from backend.client import BibliosClient
from backend.commands import handshake
from backend.connectors.handshakes import HANDSHAKES
from tests.contract.connectors.notion_stage import NotionStage
from tests.contract.connectors.place import Place, place_of
from tests.support.notion_webhooks import Webhook, body_of
from tests.support.pushing import PUBLIC_URL, address_of
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

_HANDSHAKE = "/admin/connectors/notion/handshake"
_SECRET = "secret_of-the-subscription-that-was-verified"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_pushed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    given = {"notion_verification_token": f"secret_of-another-workspace, {_SECRET}"}
    folder = tmp_path_factory.mktemp("data")
    async with place_of(NotionStage(), folder, public_url=PUBLIC_URL, connectors=given) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def place(module_pushed: Place) -> AsyncIterator[Place]:
    stage = module_pushed.stage
    assert isinstance(stage, NotionStage)
    stage.reset()
    yield module_pushed
    for connection in (await module_pushed.ada.call("GET", "/connections")).json()["items"]:
        await module_pushed.ada.call("DELETE", f"/connections/{connection['id']}")
    await module_pushed.world.app.container.database.collection(HANDSHAKES).delete_many({})


def _webhook(place: Place, **given: Any) -> Webhook:
    return Webhook(f"{place.world.app.url}/api/v1/connectors/notion/events", **given)


async def _posted(place: Place, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await place.world.browser().post("/api/v1/connectors/notion/events", content=body, headers=headers)


async def _offered(place: Place) -> list[str]:
    answer = await place.ada.call("GET", _HANDSHAKE)
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["offered"]
    return found


async def test_what_is_put_into_the_trash_is_gone_with_its_push_however_long_the_interval(place: Place) -> None:
    id_, stays = place.stage.add("Words that go."), place.stage.add("Words that stay.")
    connection = await place.connected()
    assert set(await place.held(place.ada, connection)) == {id_, stays}
    webhook = _webhook(place, secret=_SECRET, verified=True)
    assert isinstance(place.stage, NotionStage)
    place.stage.service.tell = webhook.tell
    place.stage.remove(id_)
    assert await webhook.deliver() == [200]

    async def gone() -> bool:
        return set(await place.held(place.ada, connection)) == {stays}

    await until_true(gone)


async def test_an_event_that_comes_again_does_nothing_and_one_of_another_workspace_neither(place: Place) -> None:
    connection = await place.connected()
    webhook, runs = _webhook(place, secret=_SECRET), len(await place.runs(connection))
    elsewhere = webhook.event("page.content_updated", "1", "page", workspace_id="another")
    webhook.waiting = [body_of(elsewhere), *[body_of(webhook.event("page.moved", "1", "page"))] * 2]
    assert await webhook.deliver() == [200, 200, 200]
    await place.settled(connection, ended=runs + 1)
    await place.synced(connection)
    assert len(await place.runs(connection)) == runs + 2


async def test_an_event_that_is_not_signed_with_the_secret_that_is_set_is_refused(place: Place) -> None:
    real, other = _webhook(place, secret=_SECRET), _webhook(place, secret="secret_of-a-stranger")
    body = body_of(real.event("page.content_updated", "1", "page"))
    for headers in ({}, other.signed(body), {"X-Notion-Signature": ""}, {"X-Notion-Signature": "sha256="}):
        assert (await _posted(place, body, headers)).status_code == 401
    assert (await _posted(place, body + b" ", real.signed(body))).status_code == 401


async def test_an_administrator_waits_for_the_secret_and_sees_it(place: Place) -> None:
    webhook = _webhook(place)
    assert (await place.ada.call("GET", _HANDSHAKE)).status_code == 404
    begun = await place.ada.call("POST", _HANDSHAKE)
    assert (begun.json()["address"], begun.json()["offered"]) == (address_of("notion"), [])
    assert await webhook.offer() == 200
    (shown,) = await _offered(place)
    assert webhook.verify(shown)
    (begun_by,) = {event.details["type"] for event in await place.world.events("connector.handshake_begun")}
    assert begun_by == "notion"
    for call in ("GET", "POST"):
        assert (await place.ben.call(call, _HANDSHAKE)).status_code == 403
    assert (await place.ada.call("POST", "/admin/connectors/slack/handshake")).status_code == 404


async def test_what_a_stranger_offers_is_taken_only_while_somebody_waits_and_never_much_of_it(place: Place) -> None:
    records = place.world.app.container.database.collection(HANDSHAKES)
    answer = await _posted(place, b'{"verification_token": "secret_of-a-stranger"}', {})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_expected")
    assert await records.find({}) == []
    await place.ada.call("POST", _HANDSHAKE)
    for body in (b'{"verification_token": "' + b"x" * 201 + b'"}', b'{"verification_token": "a\\nb"}'):
        assert (await _posted(place, body, {})).status_code == 422
    for body in (b'{"verification_token": "' + b"x" * 2_000 + b'"}', b'{"verification_token": ""}', b'{"a": 1}'):
        assert (await _posted(place, body, {})).status_code == 401
    statuses = [await _webhook(place, secret=f"secret_{number}").offer() for number in range(7)]
    assert statuses == [200] * 5 + [401] * 2
    (stored,) = await records.find({})
    assert (len(stored["offered"]), "secret_0" in str(stored)) == (5, False)
    await place.ada.call("POST", _HANDSHAKE)
    assert await _offered(place) == []


async def test_what_a_stranger_offers_takes_the_place_of_nothing(place: Place) -> None:
    """Neither of the secret that is set, nor of the one that came before."""
    connection = await place.connected()
    await place.ada.call("POST", _HANDSHAKE)
    stranger = _webhook(place, secret="secret_of-a-stranger")
    assert await _webhook(place, secret="secret_of-notion").offer() == 200
    assert await stranger.offer() == 200
    assert await _offered(place) == ["secret_of-notion", "secret_of-a-stranger"]
    for secret in ("secret_of-a-stranger", "secret_of-notion"):
        forged = _webhook(place, secret=secret)
        forged.waiting = [body_of(forged.event("page.content_updated", "1", "page"))]
        assert await forged.deliver() == [401]
    real, runs = _webhook(place, secret=_SECRET), len(await place.runs(connection))
    real.waiting = [body_of(real.event("page.content_updated", "1", "page"))]
    assert await real.deliver() == [200]
    await place.settled(connection, ended=runs + 1)


async def test_the_command_shows_what_is_offered(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    await place.ada.call("POST", _HANDSHAKE)
    assert await _webhook(place, secret="secret_of-notion").offer() == 200
    records = place.world.app.container.database.collection(HANDSHAKES)
    async with BibliosClient(place.world.app.url, access_token=place.ada.token) as client:
        asked = 0

        async def get(path: str, **params: Any) -> dict[str, Any]:
            nonlocal asked
            asked += 1
            if asked == 3:
                await records.delete_many({})  # the wait is over
            return await BibliosClient.get(client, path, **params)

        client.get = get  # type: ignore[method-assign]
        await handshake.show_offered(client, "notion", pause_seconds=0)
    told = capsys.readouterr()
    assert told.out.splitlines().count("secret_of-notion") == 1
    assert "set BIBLIOS_CONNECTORS_NOTION_VERIFICATION_TOKEN" in told.err
