"""Drive pushes over channels: one for the account, one for each shared drive; and whatever is wrong leaves polling."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.contract.connectors.google_drive_stage import DriveStage
from tests.contract.connectors.place import Place, place_of
from tests.contract.connectors.stage import ADA
from tests.integration.connectors.google_drive.drive_place import DrivePlace
from tests.support.google_drive_channels import Channels
from tests.support.google_drive_state import Share
from tests.support.pushing import PUBLIC_URL, make_due, push_finding, watches
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ORGANIZER = Share("user", ADA, "organizer")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_pushed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place_of(DriveStage(), tmp_path_factory.mktemp("data"), public_url=PUBLIC_URL) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def pushed(module_pushed: Place) -> AsyncIterator[DrivePlace]:
    stage = module_pushed.stage
    assert isinstance(stage, DriveStage)
    stage.reset()
    yield DrivePlace(module_pushed, stage)
    for connection in (await module_pushed.ada.call("GET", "/connections")).json()["items"]:
        await module_pushed.ada.call("DELETE", f"/connections/{connection['id']}")


def _channels(drive: DrivePlace) -> Channels:
    return drive.stage.service.channels


async def _delivered(drive: DrivePlace) -> list[int]:
    return await _channels(drive).deliver(drive.place.world.app.url)


async def _sent(drive: DrivePlace, headers: dict[str, str]) -> httpx.Response:
    return await drive.place.world.browser().post("/api/v1/connectors/google_drive/events", headers=headers)


def _asked(drive: DrivePlace) -> list[str]:
    paths = [one.path.removeprefix("/drive/v3") for one in drive.stage.wire.journal]
    return [path for path in paths if path in ("/changes/watch", "/channels/stop")]


async def test_a_deletion_in_my_drive_and_one_in_a_shared_drive_are_here_with_their_pushes(pushed: DrivePlace) -> None:
    team = pushed.state.add_drive("Team", _ORGANIZER)
    mine, theirs = pushed.file("Words that go."), pushed.file("Words of the team.", parent=team)
    stays = pushed.file("Words that stay.")
    connection = await pushed.connected()
    assert set(await pushed.seen(pushed.ada, connection)) == {mine, theirs, stays}
    assert await _delivered(pushed) == [200, 200]  # the first message of each channel
    for gone, left in ((mine, {theirs, stays}), (theirs, {stays})):
        pushed.state.trash(gone)
        assert set(await _delivered(pushed)) == {200}

        async def here(left: set[str] = left) -> bool:
            return set(await pushed.seen(pushed.ada, connection)) == left

        await until_true(here)
    assert (await push_finding(pushed.place, connection))["state"] == "passed"


async def test_only_who_knows_the_channels_secret_is_heard_and_each_message_once(pushed: DrivePlace) -> None:
    connection = await pushed.connected()
    (channel,) = _channels(pushed).live()
    runs = len(await pushed.place.runs(connection))
    real = _channels(pushed).headers(channel, "change", **{"X-Goog-Message-Number": "8"})
    for changed in (
        {"X-Goog-Channel-Token": "guessed"},
        {"X-Goog-Channel-Token": ""},
        {"X-Goog-Channel-ID": "0" * 32},
        {"X-Goog-Channel-ID": ""},
    ):
        answer = await _sent(pushed, real | changed)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid"), changed
    assert (await _sent(pushed, {"X-Goog-Resource-State": "sync"})).status_code == 200
    assert (await _sent(pushed, real)).status_code == 200
    await pushed.place.settled(connection, ended=runs + 1)
    assert (await _sent(pushed, real)).status_code == 200
    await pushed.synced(connection)
    assert len(await pushed.place.runs(connection)) == runs + 2


async def test_the_secret_is_nowhere_in_the_database(pushed: DrivePlace) -> None:
    await pushed.connected()
    (channel,) = _channels(pushed).live()
    (stored,) = await watches(pushed.place).find({})
    assert len(channel.token) >= 32
    assert channel.token not in str(stored)


async def test_a_channel_is_followed_by_another_before_it_ends(pushed: DrivePlace) -> None:
    connection = await pushed.connected()
    (first,) = _channels(pushed).live()
    await pushed.synced(connection)
    assert _asked(pushed) == ["/changes/watch"]
    await make_due(pushed.place)
    await pushed.synced(connection)
    assert _asked(pushed) == ["/changes/watch", "/changes/watch", "/channels/stop"]
    (second,) = _channels(pushed).live()
    assert (second.id != first.id, second.token != first.token) == (True, True)
    assert _channels(pushed).stopped == [first.id]
    assert len(await watches(pushed.place).find({})) == 1


async def test_pausing_and_disconnecting_end_the_channels(pushed: DrivePlace) -> None:
    pushed.state.add_drive("Team", _ORGANIZER)
    connection = await pushed.connected()
    assert len(_channels(pushed).live()) == 2
    assert (await pushed.ada.call("POST", f"/connections/{connection}/pause")).status_code == 204
    assert _channels(pushed).live() == []
    assert (await pushed.ada.call("POST", f"/connections/{connection}/resume")).status_code == 202
    await pushed.place.settled(connection, ended=2)
    assert len(_channels(pushed).live()) == 2
    assert (await pushed.ada.call("DELETE", f"/connections/{connection}")).status_code == 204
    assert _channels(pushed).live() == []
    assert await watches(pushed.place).find({}) == []


async def test_a_channel_that_opens_while_somebody_pauses_is_ended_as_well(pushed: DrivePlace) -> None:
    paused = False

    async def pause() -> None:
        nonlocal paused
        (connection,) = (await pushed.ada.call("GET", "/connections")).json()["items"]
        paused = (await pushed.ada.call("POST", f"/connections/{connection['id']}/pause")).is_success

    pushed.stage.service.meanwhile = pause
    await pushed.place.connect(options={"subject": ADA})

    async def ended() -> bool:
        return paused and _channels(pushed).live() == [] and await watches(pushed.place).find({}) == []

    await until_true(ended)
    assert len(_channels(pushed).stopped) == 1


async def test_deactivating_a_person_ends_the_channels_of_their_connections(pushed: DrivePlace) -> None:
    person, options = await pushed.place.world.person(), {"subject": ADA}
    body = {"type": "google_drive", "mode": "personal", "credentials": pushed.stage.credentials, "options": options}
    made = (await person.call("POST", "/connections", json=body)).json()["id"]

    async def opened() -> bool:
        shown = (await person.call("GET", f"/connections/{made}")).json()
        return shown["status"] == "ready" and len(_channels(pushed).live()) == 1

    await until_true(opened)
    assert (await pushed.ada.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})).is_success
    assert _channels(pushed).live() == []


async def test_a_drive_that_the_account_left_is_watched_no_longer_and_a_new_one_is(pushed: DrivePlace) -> None:
    left = pushed.state.add_drive("Left", _ORGANIZER)
    connection = await pushed.connected()
    del pushed.state.drives[left]
    new = pushed.state.add_drive("New", _ORGANIZER)
    await pushed.place.synced(connection)
    assert {one.watched for one in _channels(pushed).live()} == {ADA, new}


@pytest.mark.parametrize("reason", ["forbidden", "push.webhookUrlUnauthorized"])
async def test_a_channel_that_is_refused_leaves_polling_and_is_told_once(pushed: DrivePlace, reason: str) -> None:
    _channels(pushed).refuses = reason
    id_ = pushed.file("Words.")
    connection = await pushed.connected()
    found = await push_finding(pushed.place, connection)
    assert (found["state"], "looked for every interval" in found["message"]) == ("failed", True)
    pushed.state.trash(id_)
    await pushed.synced(connection)
    assert await pushed.seen(pushed.ada, connection) == {}
    assert _asked(pushed) == ["/changes/watch"]
    assert (await push_finding(pushed.place, connection))["state"] == "failed"


async def test_without_a_public_https_address_no_channel_is_opened(drive: DrivePlace) -> None:
    connection = await drive.connected()
    assert _asked(drive) == []
    assert (await push_finding(drive.place, connection))["state"] == "off"
