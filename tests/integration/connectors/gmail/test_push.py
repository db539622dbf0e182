"""Gmail pushes through Pub/Sub: what is new is here at once, and whatever is wrong with that leaves polling."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.contract.connectors.gmail_stage import GmailStage
from tests.contract.connectors.place import Place, place_of
from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.gmail.conftest import GmailPlace
from tests.support.google_pubsub import PUSH_ACCOUNT, TOPIC
from tests.support.moved_clock import MovedClock
from tests.support.pushing import PUBLIC_URL, address_of, make_due, push_finding
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_pushed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    given = {"gmail_topic": TOPIC, "gmail_push_account": PUSH_ACCOUNT}
    folder = tmp_path_factory.mktemp("data")
    async with place_of(GmailStage(), folder, public_url=PUBLIC_URL, connectors=given) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def place(module_pushed: Place) -> AsyncIterator[Place]:
    stage = _stage(module_pushed)
    stage.reset()
    stage.service.topics.endpoint = address_of("gmail")
    yield module_pushed
    for connection in (await module_pushed.ada.call("GET", "/connections")).json()["items"]:
        await module_pushed.ada.call("DELETE", f"/connections/{connection['id']}")


def _stage(place: Place) -> GmailStage:
    assert isinstance(place.stage, GmailStage)
    return place.stage


def _events(place: Place) -> str:
    return f"{place.world.app.url}/api/v1/connectors/gmail/events"


async def _delivered(place: Place) -> list[int]:
    return await _stage(place).service.topics.deliver(_events(place))


async def _push(place: Place, body: Any, token: str | None) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await place.world.browser().post(_events(place), json=body, headers=headers)


def _asked(place: Place, what: str) -> int:
    return sum(one.path.endswith(f"/{what}") for one in _stage(place).wire.journal)


async def test_a_deletion_at_gmail_is_here_with_its_push_however_long_the_interval(place: Place) -> None:
    id_ = place.stage.add("Words that go.", ADA)
    stays = place.stage.add("Words that stay.", ADA)
    connection = await place.connected()
    assert set(await place.held(place.ada, connection)) == {id_, stays}
    _stage(place).service.topics.waiting.clear()
    place.stage.remove(id_)
    assert set(await _delivered(place)) == {200}

    async def gone() -> bool:
        return set(await place.held(place.ada, connection)) == {stays}

    await until_true(gone)
    assert (await push_finding(place, connection))["state"] == "passed"


_OTHERS: list[dict[str, Any]] = [
    {"aud": "https://elsewhere.example/api/v1/connectors/gmail/events"},
    {"aud": None},
    {"email": "somebody@project-of-the-test.iam.gserviceaccount.com"},
    {"email": None},
    {"email_verified": False},
    {"email_verified": "true"},
    {"exp": 1_700_000_000},
    {"exp": None},
    {"iat": 4_000_000_000},
    {"iss": "https://accounts.google.com.example"},
]


async def test_a_token_for_somebody_else_or_another_time_is_refused_before_any_key_is_looked_up(place: Place) -> None:
    topics = _stage(place).service.topics
    body, looked_up = topics.publish({"emailAddress": ADA, "historyId": 1}), topics.looked_up
    for claims in _OTHERS:
        answer = await _push(place, body, topics.token(**claims))
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid"), claims
    assert topics.looked_up == looked_up


async def test_a_token_that_google_did_not_sign_is_refused(place: Place) -> None:
    topics = _stage(place).service.topics
    body = topics.publish({"emailAddress": ADA, "historyId": 1})
    own = RSAKey.generate_key(2048, {"kid": str(topics.key.kid)})
    whole = topics.token()
    head, payload, signature = whole.split(".")
    claims = jwt.decode(whole, topics.key).claims
    shared = jwt.encode({"alg": "HS256", "kid": topics.key.kid}, claims, OctKey.generate_key(256))
    unsigned = "eyJhbGciOiJub25lIn0." + payload + "."
    for token in (
        topics.token(key=own), shared, unsigned, f"{head}.{payload}.{signature[:-4]}AAAA", f"{head}.{payload}", "x.y.z",
        "a" * 5_000, None,
    ):  # fmt: skip
        answer = await _push(place, body, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid"), token


async def test_a_message_that_comes_again_does_nothing_and_another_one_is_taken_and_forgotten(place: Place) -> None:
    connection = await place.connected()
    topics = _stage(place).service.topics
    topics.waiting.clear()
    body = topics.publish({"emailAddress": ADA, "historyId": 1})
    runs = len(await place.runs(connection))
    assert (await _push(place, body, topics.token())).status_code == 200
    await place.settled(connection, ended=runs + 1)
    assert (await _push(place, body, topics.token())).status_code == 200
    others: list[Any] = [{"emailAddress": "nobody@example.com"}, {"emailAddress": 7}, {}, [], "text"]
    for said in others:
        assert (await _push(place, topics.publish(said), topics.token())).status_code == 200
    for other in ({"message": "text"}, {"message": {"data": "%%%"}}, {}):
        assert (await _push(place, other, topics.token())).status_code == 200
    await place.synced(connection)
    assert len(await place.runs(connection)) == runs + 2


async def test_a_watch_that_is_refused_leaves_polling_and_is_told_once(place: Place) -> None:
    topics = _stage(place).service.topics
    topics.writable.clear()
    id_ = place.stage.add("Words.", ADA)
    connection = await place.connected()
    found = await push_finding(place, connection)
    assert (found["state"], "does not take the topic" in found["message"]) == ("failed", True)
    asked = _asked(place, "watch")
    place.stage.remove(id_)
    assert (await place.synced(connection))["status"] == "ready"
    assert await place.held(place.ada, connection) == {}
    assert _asked(place, "watch") == asked  # not at every look
    assert (await push_finding(place, connection))["state"] == "failed"
    topics.writable.add(TOPIC)
    await make_due(place)
    await place.synced(connection)
    assert set(topics.promises) == {ADA, BEN}
    assert (await push_finding(place, connection))["state"] == "passed"


async def test_a_watch_is_renewed_before_it_ends_however_long_the_interval(place: Place) -> None:
    topics = _stage(place).service.topics
    clock = MovedClock()
    topics.clock = clock
    connection = await place.connected()
    asked, stopped, (_, first) = _asked(place, "watch"), _asked(place, "stop"), topics.promises[ADA]
    await make_due(place, in_seconds=120)
    shown = await place.synced(connection)
    assert _asked(place, "watch") == asked
    pause = datetime.fromisoformat(shown["next_sync_at"]) - datetime.fromisoformat(shown["last_sync_at"])
    assert pause <= timedelta(seconds=120)
    clock.advance(hours=24)
    await make_due(place)
    await place.synced(connection)
    assert topics.promises[ADA][1] > first
    assert _asked(place, "stop") == stopped  # it would end what was just renewed


async def test_pausing_ends_the_watches_and_going_on_asks_for_them_anew(place: Place) -> None:
    topics = _stage(place).service.topics
    connection = await place.connected()
    assert (await place.ada.call("POST", f"/connections/{connection}/pause")).status_code == 204
    assert topics.promises == {}
    assert (await place.ada.call("POST", f"/connections/{connection}/resume")).status_code == 202
    await place.settled(connection, ended=2)
    assert set(topics.promises) == {ADA, BEN}


async def test_disconnecting_ends_the_watches_unless_another_connection_reads_the_mailbox(place: Place) -> None:
    topics = _stage(place).service.topics
    both = await place.connected()
    one = await place.connect(options={"mailboxes": [ADA]})
    await place.settled(one)
    assert (await place.ada.call("DELETE", f"/connections/{both}")).status_code == 204
    assert set(topics.promises) == {ADA}
    assert (await place.ada.call("DELETE", f"/connections/{one}")).status_code == 204
    assert topics.promises == {}


async def test_a_mailbox_that_is_taken_off_the_list_is_watched_no_longer(place: Place) -> None:
    topics = _stage(place).service.topics
    connection = await place.connected()
    change = {"options": {"mailboxes": [ADA]}}
    assert (await place.ada.call("PATCH", f"/connections/{connection}", json=change)).status_code == 200
    await place.settled(connection, ended=2)
    assert set(topics.promises) == {ADA}


async def test_a_provider_that_does_not_answer_keeps_nobody_from_disconnecting(place: Place) -> None:
    connection = await place.connected()
    place.stage.fail(1, "dropped")
    assert (await place.ada.call("DELETE", f"/connections/{connection}")).status_code == 204


async def test_without_a_topic_nothing_is_watched_and_nothing_is_taken(gmail: GmailPlace) -> None:
    place = gmail.place
    connection = await place.connected()
    assert _asked(place, "watch") == 0
    assert (await push_finding(place, connection))["state"] == "off"
    topics = gmail.stage.service.topics
    topics.endpoint = ""
    without: list[dict[str, Any]] = [{}, {"aud": "", "email": ""}, {"email": ""}]
    for claims in without:
        answer = await _push(place, topics.publish({"emailAddress": ADA}), topics.token(**claims))
        assert answer.status_code == 401
