"""Channels and people of Slack, found by name: only what whoever asks may see there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.conftest import proven
from tests.integration.actions.slack_place import ADA, BEN, DANA, Place, slack_place
from tests.support.accounts import Person
from tests.support.provider_wire import Fault
from tests.support.slack_service import BOT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with slack_place(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def slack(module_place: Place) -> AsyncIterator[Place]:
    module_place.clear()
    forget(module_place)
    yield module_place
    module_place.wire.mend()
    forget(module_place)


def forget(place: Place) -> None:
    """A minute has passed: what was read of an account is read anew."""
    place.world.app.container.actions.places.forget()


async def found(person: Person, via: str, q: str = "", **more: Any) -> list[dict[str, Any]]:
    answer = await person.call("GET", "/actions/places", params={"via": via, "q": q, **more})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def names(person: Person, via: str, q: str = "", **more: Any) -> list[str]:
    return [one["name"] for one in await found(person, via, q, **more)]


async def test_channels_and_people_are_found_by_a_part_of_their_name(slack: Place) -> None:
    assert await found(slack.ada, slack.via, "#GENE") == [
        {
            "id": slack.general.id,
            "name": "general",
            "kind": "channel",
            "members": 4,
            "shared": False,
            "obstacle": None,
        }
    ]
    [dana] = await found(slack.ada, slack.via, "@dan")
    assert (dana["id"], dana["kind"], dana["members"]) == (DANA, "person", 1)
    assert await names(slack.ada, slack.via, slack.general.id.lower()) == ["general"]


async def test_the_app_shows_a_private_channel_to_its_members_alone(slack: Place) -> None:
    assert "harbour" in await names(slack.ada, slack.via)
    assert "vault" not in await names(slack.ada, slack.via)
    assert await found(slack.ada, slack.via, "vault") == []
    assert await found(slack.ada, slack.via, slack.vault.id) == []
    assert {"vault"} == {"vault", "harbour"} & set(await names(slack.ben, slack.via))


async def test_the_app_shows_nothing_to_who_is_not_in_the_workspace(slack: Place) -> None:
    stranger = await proven(slack.world)  # Slack knows nobody with this address
    for use in ("post", "mention"):
        assert await found(stranger, slack.via, use=use) == []
    for target in (slack.general.id, slack.harbour.id, DANA, "C0NOTHERE1"):
        answer = await stranger.call("POST", "/actions", json=slack.body(target))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_in_workspace")
    assert "invited" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("standing", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}])
async def test_a_guest_is_shown_where_they_belong_and_no_more(slack: Place, standing: dict[str, Any]) -> None:
    guest = await proven(slack.world)
    slack.service.user("U0GUEST001", "guest", guest.email, **standing)
    slack.service.group("everybody", ADA, BEN)
    pier = slack.service.conversation("pier", ADA, "U0GUEST001", kind="public_channel")
    assert set(await names(guest, slack.via)) == {"pier", "guest"}
    assert await names(guest, slack.via, use="mention", q="everybody") == []
    for target, status in ((pier.id, 201), (slack.general.id, 422), (DANA, 422), ("U0GUEST001", 201)):
        answer = await guest.call("POST", "/actions", json=slack.body(target))
        assert answer.status_code == status, (target, answer.text)


async def test_what_is_found_is_what_may_be_posted_to(slack: Place) -> None:
    for person in (slack.ada, slack.ben):
        for one in await found(person, slack.via):
            answer = await person.call("POST", "/actions", json=slack.body(one["id"]))
            assert (answer.status_code == 201) == (one["obstacle"] is None), (one, answer.text)


async def test_of_an_account_of_ones_own_its_own_channels_are_shown(slack: Place) -> None:
    own = slack.service.conversation("diary", ADA, bot=False)
    assert {"diary", "harbour"} <= set(await names(slack.ada, slack.own))
    assert "vault" not in await names(slack.ada, slack.own)
    assert own.id not in {one["id"] for one in await found(slack.ada, slack.via)}


async def test_where_nothing_can_be_posted_comes_last_and_says_why(slack: Place) -> None:
    old = slack.service.conversation("launch-2020", ADA, kind="public_channel")
    old.is_archived = True
    slack.service.conversation("launch-team", ADA, kind="public_channel", bot=False)
    shared = slack.service.conversation("z-launch", ADA, kind="public_channel")
    shared.is_shared = True
    shown = await found(slack.ada, slack.via, "launch")
    assert [(one["name"], one["obstacle"], one["shared"]) for one in shown] == [
        ("z-launch", None, True),
        ("launch-2020", "archived", False),
        ("launch-team", "not_member", False),
    ]


async def test_apps_and_those_who_left_are_not_written_to(slack: Place) -> None:
    slack.service.user("U0GONE0001", "gone-dana", None, deleted=True)
    assert BOT not in {one["id"] for one in await found(slack.ada, slack.via)}
    assert await names(slack.ada, slack.via, "dana") == ["dana"]


async def test_groups_and_public_channels_are_mentioned_and_private_ones_are_not(slack: Place) -> None:
    slack.service.group("crew", ADA, BEN)
    shown = {one["name"]: one for one in await found(slack.ada, slack.via, use="mention")}
    assert (shown["crew"]["kind"], shown["crew"]["members"]) == ("user_group", 2)
    assert {"general", "dana"} <= set(shown)
    assert "harbour" not in shown
    assert "crew" not in await names(slack.ada, slack.via)


async def test_names_cannot_hide_what_they_are(slack: Place) -> None:
    slack.service.conversation("safe\u202egnp", ADA, kind="public_channel")
    [name] = await names(slack.ada, slack.via, "safe")
    assert "\u202e" not in name


async def test_an_account_is_read_once_however_many_ask(slack: Place) -> None:
    await asyncio.gather(*(names(slack.ada, slack.via, q) for q in ("g", "ge", "gen", "gene")))
    asked = [one.path.rpartition("/")[2] for one in slack.wire.journal]
    assert (asked.count("conversations.list"), asked.count("users.list")) == (1, 1)
    forget(slack)
    await names(slack.ada, slack.via)
    again = [one.path.rpartition("/")[2] for one in slack.wire.journal]
    assert again.count("users.list") == 2


async def test_more_than_fits_is_told(slack: Place) -> None:
    answer = await slack.ada.call("GET", "/actions/places", params={"via": slack.via, "limit": 1})
    assert (len(answer.json()["items"]), answer.json()["has_more"]) == (1, True)
    slack.service.page = 2
    try:
        assert "general" in await names(slack.ada, slack.via)  # over several pages
    finally:
        slack.service.page = 1000


async def test_an_account_of_somebody_else_is_not_there(slack: Place) -> None:
    for person, via in ((slack.ben, slack.own), (slack.ada, "nothing"), (slack.ada, "smtp")):
        answer = await person.call("GET", "/actions/places", params={"via": via})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_without_a_proven_address_nobody_is_shown_the_workspace(slack: Place) -> None:
    unproven = await slack.world.person("eve")
    answer = await unproven.call("GET", "/actions/places", params={"via": slack.via})
    assert (answer.status_code, answer.json()["code"]) == (409, "address_not_confirmed")


@pytest.mark.parametrize("params", [{}, {"via": ""}, {"via": "x", "q": "y" * 101}, {"via": "x", "limit": 51}])
async def test_what_is_asked_wrongly_is_refused(slack: Place, params: dict[str, Any]) -> None:
    assert (await slack.ada.call("GET", "/actions/places", params=params)).status_code == 422


async def test_when_slack_does_not_answer_it_is_said_and_read_anew_later(slack: Place) -> None:
    slack.wire.fail_all(lambda request: request.path.endswith("/users.list"), Fault(status=500))
    answer = await slack.ada.call("GET", "/actions/places", params={"via": slack.via})
    assert answer.status_code >= 500
    assert answer.json()["detail"]
    slack.wire.mend()
    assert "general" in await names(slack.ada, slack.via)
